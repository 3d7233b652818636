/** What the plan does, with which version of which app, and what it is called. */
import { useState, type ReactNode } from 'react';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { useAnswer } from '../../api/answers.ts';
import { useSaid, useWords } from '../../language/language.tsx';
import { placementWords } from '../../vocabulary/states.ts';
import type { Faults } from './compose.ts';
import { composeWords } from './compose-words.ts';
import type { Composer, Drafting } from './use-composer.ts';

export interface FieldsProps {
  readonly composer: Drafting;
  readonly faults: Faults;
}

export function WhatFields({ composer: { draft, change, usualName }, faults }: FieldsProps & { readonly composer: Pick<Composer, 'usualName'> }): ReactNode {
  const say = useWords(composeWords);
  const said = useSaid();
  const placements = useWords(placementWords);
  const [chosenApp, chooseApp] = useState<string | undefined>(draft.bundleId === '' ? undefined : draft.bundleId);
  const apps = useAnswer('listApps', {}, { fresh: 60_000 });
  // Whoever came with a version by the link has its app chosen.
  const known = useAnswer('getVersion', { id: draft.versionId }, { wait: draft.versionId === '', fresh: 15_000 });
  const bundleId = chosenApp ?? known.data?.bundleId;
  const app = useAnswer('getApp', { id: bundleId ?? '' }, { wait: bundleId === undefined, fresh: 15_000 });
  const removes = draft.operation === 'remove';
  const appOptions = (apps.data?.items ?? []).map(({ bundleId: value, title }) => ({ value, label: title, description: value }));
  const versionOptions = (app.data?.versions ?? []).filter(({ withdrawn, deleted }) => withdrawn === undefined && deleted === undefined)
    .map(({ id, shortVersion, version, placement }) => ({ value: id, label: `${shortVersion} (${version})`, description: placements[placement] }));
  const choose = (value: string): void => {
    chooseApp(value);
    change({ bundleId: value, versionId: apps.data?.items.find((each) => each.bundleId === value)?.latest?.id ?? '' });
  };
  return (
    <Container header={<Header variant="h2">{say.what}</Header>}>
      <SpaceBetween size="m">
        <Tiles
          ariaLabel={say.what} columns={2} value={draft.operation} items={[{ value: 'install', label: say.install, description: say.installAbout }, { value: 'remove', label: say.remove, description: say.removeAbout }]}
          onChange={({ detail }) => { change({ operation: detail.value === 'remove' ? 'remove' : 'install', ...(bundleId === undefined ? {} : { bundleId }) }); }}
        />
        <FormField label={say.app}><Select placeholder={say.chooseApp} empty={say.noApps} options={appOptions} selectedOption={appOptions.find(({ value }) => value === bundleId) ?? null} statusType={apps.isPending ? 'loading' : 'finished'} filteringType={appOptions.length > 10 ? 'auto' : 'none'} onChange={({ detail }) => { choose(detail.selectedOption.value ?? ''); }} /></FormField>
        {removes ? null : <FormField label={say.version}><Select placeholder={say.chooseVersion} options={versionOptions} selectedOption={versionOptions.find(({ value }) => value === draft.versionId) ?? null} disabled={bundleId === undefined} onChange={({ detail }) => { change({ versionId: detail.selectedOption.value ?? '' }); }} /></FormField>}
        <FormField label={say.name} errorText={usualName === '' ? '' : said(faults.get('name') ?? '')}><Input value={draft.name} placeholder={usualName} onChange={({ detail }) => { change({ name: detail.value }); }} /></FormField>
      </SpaceBetween>
    </Container>
  );
}
