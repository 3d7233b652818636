/** What a single branch has that is not the plan's: pace, open limit, inventory window. One branch at a time, for there may be thousands. */
import { useState, type ReactNode } from 'react';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useWords } from '../../language/language.tsx';
import { ownField } from './compose.ts';
import type { FieldsProps } from './compose-what.tsx';
import { composeWords } from './compose-words.ts';
import type { Draft } from './draft.ts';
import { minutesOf, windowFault } from './local-window.ts';
import type { Branch } from './use-composer.ts';

type Own = Pick<Draft, 'paces' | 'limits' | 'ownInventory'>;

export function SingleBranch({ composer: { draft, change }, faults, branches }: FieldsProps & { readonly branches: readonly Branch[] }): ReactNode {
  const say = useWords(composeWords);
  const [chosenId, choose] = useState<string | undefined>(undefined);
  const [open, setOpen] = useState(false);
  const planned = branches.filter(({ id }) => draft.branchIds.includes(id));
  const isFaulty = ({ id }: Branch): boolean => (['waveSize', 'intervalMinutes', 'openLimit'] as const).some((field) => faults.has(ownField(id, field))) || (draft.ownInventory[id] !== undefined && windowFault(draft.ownInventory[id]) !== undefined);
  // What keeps the plan from being saved is shown without being looked for.
  const chosen = planned.find(({ id }) => id === chosenId) ?? planned.find(isFaulty);
  const options = planned.map(({ id, name }) => ({ value: id, label: name, ...(hasOwn(draft, id) ? { description: say.singleHas } : {}) }));
  if (planned.length === 0) return null;
  return (
    <ExpandableSection variant="container" headerText={say.single} headerDescription={say.singleAbout} expanded={open || (chosen !== undefined && isFaulty(chosen))} onChange={({ detail }) => { setOpen(detail.expanded); }}>
      <SpaceBetween size="m">
        <Select
          placeholder={say.singleChoose} ariaLabel={say.single} options={options} selectedOption={options.find(({ value }) => value === chosen?.id) ?? null} filteringType={options.length > 10 ? 'auto' : 'none'}
          onChange={({ detail }) => { choose(detail.selectedOption.value); }}
        />
        {chosen === undefined ? null : <OwnTerms key={chosen.id} branch={chosen} draft={draft} change={change} faults={faults} />}
      </SpaceBetween>
    </ExpandableSection>
  );
}

function OwnTerms({ branch: { id, name }, draft, change, faults }: Pick<FieldsProps, 'faults'> & { readonly branch: Branch; readonly draft: Draft; readonly change: (change: Partial<Own>) => void }): ReactNode {
  const say = useWords(composeWords);
  const pace = draft.paces[id];
  const inventory = draft.ownInventory[id] ?? draft.inventory;
  const [fault, badStart] = [windowFault(inventory), minutesOf(inventory.from, false) === undefined];
  const setPace = (part: 'waveSize' | 'intervalMinutes', value: string): void => {
    // One of the two alone is the plan's beside it.
    const next = { ...(pace ?? { waveSize: draft.waveSize, intervalMinutes: draft.intervalMinutes }), [part]: value };
    change({ paces: next.waveSize === '' && next.intervalMinutes === '' ? without(draft.paces, id) : { ...draft.paces, [id]: next } });
  };
  const setInventory = (part: 'from' | 'to', value: string): void => { change({ ownInventory: { ...draft.ownInventory, [id]: { ...inventory, [part]: value } } }); };
  return (
    <div role="group" aria-label={name}>
      <SpaceBetween size="s">
        <div className="fields">
          <FormField label={say.waveSize} constraintText={say.singleEmpty} errorText={faults.get(ownField(id, 'waveSize')) ?? ''}><Input type="number" value={pace?.waveSize ?? ''} placeholder={draft.waveSize} onChange={({ detail }) => { setPace('waveSize', detail.value); }} /></FormField>
          <FormField label={say.interval} constraintText={say.singleEmpty} errorText={faults.get(ownField(id, 'intervalMinutes')) ?? ''}><Input type="number" value={pace?.intervalMinutes ?? ''} placeholder={draft.intervalMinutes} onChange={({ detail }) => { setPace('intervalMinutes', detail.value); }} /></FormField>
          {draft.operation === 'remove' ? null : <FormField label={say.openLimit} constraintText={say.singleLimitAbout} errorText={faults.get(ownField(id, 'openLimit')) ?? ''}><Input type="number" value={draft.limits[id] ?? ''} placeholder={draft.openLimit} onChange={({ detail }) => { change({ limits: detail.value === '' ? without(draft.limits, id) : { ...draft.limits, [id]: detail.value } }); }} /></FormField>}
        </div>
        <FormField label={say.inventoryWindow}>
          <div role="group" aria-label={`${say.inventoryWindow}: ${name}`} className="window-fields">
            <FormField label={say.from} errorText={badStart ? say.badTime : ''}><Input value={inventory.from} onChange={({ detail }) => { setInventory('from', detail.value); }} /></FormField>
            <FormField label={say.to} errorText={fault === undefined || badStart ? '' : say[fault]}><Input value={inventory.to} onChange={({ detail }) => { setInventory('to', detail.value); }} /></FormField>
          </div>
        </FormField>
        {hasOwn(draft, id) ? <Button variant="inline-link" formAction="none" onClick={() => { change({ paces: without(draft.paces, id), limits: without(draft.limits, id), ownInventory: without(draft.ownInventory, id) }); }}>{say.asPlan}</Button> : null}
      </SpaceBetween>
    </div>
  );
}

function hasOwn({ paces, limits, ownInventory }: Own, id: string): boolean {
  return paces[id] !== undefined || limits[id] !== undefined || ownInventory[id] !== undefined;
}

function without<T>(of: Readonly<Record<string, T>>, id: string): Readonly<Record<string, T>> {
  const { [id]: _, ...rest } = of;
  return rest;
}
