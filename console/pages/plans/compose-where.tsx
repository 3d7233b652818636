/** The branches, and their windows: one strip for each time zone, and others for branches that have their own. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useWords } from '../../language/language.tsx';
import type { FieldsProps } from './compose-what.tsx';
import { composeWords } from './compose-words.ts';
import { windowsOf } from './draft.ts';
import { minutesOf, usualWindow, windowFault } from './local-window.ts';
import type { Branch } from './use-composer.ts';
import { WindowsEditor } from './windows-editor.tsx';

const TOKENS = 6;

export function WhereFields({ composer: { draft, change }, faults, branches }: FieldsProps & { readonly branches: readonly Branch[] }): ReactNode {
  const say = useWords(composeWords);
  const options = branches.map(({ id, name, timeZone }) => ({ value: id, label: name, description: timeZone }));
  const chosen = branches.filter(({ id }) => draft.branchIds.includes(id));
  const shared = chosen.filter(({ id }) => draft.own[id] === undefined);
  const zones = [...new Set(shared.map(({ timeZone }) => timeZone))];
  const touched = draft.branchIds.length > 0;
  const own = chosen.filter(({ id }) => draft.own[id] !== undefined);
  const forget = (id: string): void => {
    const { [id]: _, ...others } = draft.own;
    change({ own: others });
  };
  return (
    <Container header={<Header variant="h2">{say.whereTo}</Header>}>
      <SpaceBetween size="l">
        <FormField label={say.branches} errorText={touched && faults.has('branchIds') ? say.missingBranches : ''}>
          <Multiselect
            placeholder={say.chooseBranches} options={options} selectedOptions={options.filter(({ value }) => draft.branchIds.includes(value))} filteringType="auto" filteringPlaceholder={say.findBranches} filteringAriaLabel={say.findBranches}
            enableSelectAll i18nStrings={{ selectAllText: say.selectAll }} tokenLimit={TOKENS} noMatch={say.noBranches} empty={say.noBranches}
            onChange={({ detail }) => { change({ branchIds: detail.selectedOptions.flatMap(({ value }) => (value === undefined ? [] : [value])) }); }}
          />
        </FormField>
        {zones.map((zone) => (
          <section key={zone} aria-label={zone}>
            <Box variant="h4">{say.inZone(zone, namesOf(shared.filter(({ timeZone }) => timeZone === zone)))}</Box>
            <WindowsEditor label={zone} windows={draft.windows[zone] ?? [usualWindow]} inventory={draft.inventory} change={(windows) => { change({ windows: { ...draft.windows, [zone]: windows } }); }} />
          </section>
        ))}
        {own.map(({ id, name, timeZone }) => (
          <section key={id} aria-label={name}>
            <Box variant="h4">{say.ownOf(name)}</Box>
            <Box fontSize="body-s" color="text-body-secondary">{timeZone}</Box>
            <WindowsEditor label={name} windows={draft.own[id] ?? []} inventory={draft.ownInventory[id] ?? draft.inventory} change={(windows) => { change({ own: { ...draft.own, [id]: windows } }); }} />
            <Button variant="inline-link" formAction="none" onClick={() => { forget(id); }}>{say.withZone}</Button>
          </section>
        ))}
        {chosen.length < 2 || shared.length === 0 ? null : (
          <FormField label={say.ownWindows}>
            <Select
              placeholder={say.ownNone} options={shared.map(({ id, name }) => ({ value: id, label: name }))} selectedOption={null} filteringType={shared.length > 10 ? 'auto' : 'none'}
              onChange={({ detail }) => {
                const branch = shared.find(({ id }) => id === detail.selectedOption.value);
                if (branch !== undefined) change({ own: { ...draft.own, [branch.id]: windowsOf(draft, branch.id, branch.timeZone) } });
              }}
            />
          </FormField>
        )}
        {chosen.length === 0 ? null : <InventoryFields draft={draft} change={change} />}
      </SpaceBetween>
    </Container>
  );
}

/** When what devices have is asked of them, about a day after their wave: as a rule in the evening, in every branch alike. */
function InventoryFields({ draft: { inventory, ownInventory }, change }: FieldsProps['composer']): ReactNode {
  const say = useWords(composeWords);
  const fault = windowFault(inventory);
  const badStart = minutesOf(inventory.from, false) === undefined;
  return (
    <FormField label={say.inventoryWindow} description={say.inventoryWindowAbout}>
      <div role="group" aria-label={say.inventoryWindow} className="window-fields">
        <FormField label={say.from} errorText={badStart ? say.badTime : ''}><Input value={inventory.from} placeholder="22:00" onChange={({ detail }) => { change({ inventory: { ...inventory, from: detail.value } }); }} /></FormField>
        <FormField label={say.to} errorText={fault === undefined || badStart ? '' : say[fault]}><Input value={inventory.to} placeholder="24:00" onChange={({ detail }) => { change({ inventory: { ...inventory, to: detail.value } }); }} /></FormField>
        {Object.keys(ownInventory).length === 0 ? null : <div>{say.ownInventory(String(Object.keys(ownInventory).length))} <Button variant="inline-link" formAction="none" onClick={() => { change({ ownInventory: {} }); }}>{say.allAlike}</Button></div>}
      </div>
    </FormField>
  );
}

const MOST_NAMED = 4;

function namesOf(branches: readonly Branch[]): string {
  const named = branches.slice(0, MOST_NAMED).map(({ name }) => name).join(', ');
  return branches.length > MOST_NAMED ? `${named} +${branches.length - MOST_NAMED}` : named;
}
