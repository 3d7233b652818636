import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import StatusIndicator from '@cloudscape-design/components/status-indicator';
import type { AnswerOf } from '../../../protocol/admin/operations.ts';
import { viewerZone } from '../../language/formats.ts';
import { useFormats, useSaid, useWords } from '../../language/language.tsx';
import { attentionWords, overviewWords } from './overview-words.ts';

type Item = AnswerOf<'getOverview'>['attention'][number];

/** Those without which nothing goes on. */
const stopping: ReadonlySet<Item['kind']> = new Set(['push-certificate-missing', 'push-refused', 'plan-paused', 'placement-broken']);

export function AttentionList({ items }: { readonly items: readonly Item[] }): ReactNode {
  const say = useWords(overviewWords);
  const { number } = useFormats();
  return (
    <Container header={<Header variant="h2" counter={`(${number(items.length)})`}>{say.attention}</Header>}>
      {items.length === 0 ? <StatusIndicator type="success">{say.nothing}</StatusIndicator> : (
        <SpaceBetween size="s">{items.map((item) => <AttentionItem key={keyOf(item)} item={item} />)}</SpaceBetween>
      )}
    </Container>
  );
}

function AttentionItem({ item }: { readonly item: Item }): ReactNode {
  const say = useWords(overviewWords);
  const said = useSaid();
  const text = useText(item);
  return (
    <div>
      <StatusIndicator type={stopping.has(item.kind) ? 'error' : 'warning'}><Link href={mendedAt(item)}>{text}</Link></StatusIndicator>
      {item.kind === 'plan-paused' && item.because !== undefined ? <Box padding={{ left: 'l' }} fontSize="body-s" color="text-body-secondary">{say.pausedBecause}: {said(item.because)}</Box> : null}
    </div>
  );
}

/** The page on which a person mends it. */
function mendedAt(item: Item): string {
  switch (item.kind) {
    case 'push-certificate-missing':
    case 'push-certificate-ends':
    case 'push-refused':
      return '/settings';
    case 'plan-paused':
      return `/plans/${item.planId}`;
    case 'devices-unreachable':
      return '/branches?sort=-unreachable';
    case 'brake':
      return `/branches/${item.branchId}`;
    case 'version-ends':
    case 'placement-broken':
    case 'placement-unproven':
      return `/versions/${item.versionId}`;
  }
}

function useText(item: Item): string {
  const say = useWords(attentionWords);
  const said = useSaid();
  const { day, number } = useFormats();
  switch (item.kind) {
    case 'push-certificate-missing':
      return say[item.kind];
    case 'push-certificate-ends':
      return say[item.kind](day(item.at, viewerZone()));
    case 'push-refused':
      return say[item.kind](said(item.reason));
    case 'plan-paused':
    case 'brake':
      return say[item.kind](item.name);
    case 'devices-unreachable':
      return say[item.kind](number(item.devices));
    case 'version-ends':
      return say[item.kind](`${item.title} ${item.shortVersion}`, day(item.at, viewerZone()));
    case 'placement-broken':
    case 'placement-unproven':
      return say[item.kind](`${item.title} ${item.shortVersion}`);
  }
}

function keyOf(item: Item): string {
  const subject = 'planId' in item ? item.planId : 'versionId' in item ? item.versionId : 'branchId' in item ? item.branchId : '';
  return `${item.kind} ${subject}`;
}
