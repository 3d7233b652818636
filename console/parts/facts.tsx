/** Names and values of one thing, as many beside each other as there is room for. */
import type { ReactNode } from 'react';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';

export function Facts({ facts }: { readonly facts: readonly { readonly label: string; readonly value: ReactNode }[] }): ReactNode {
  return <KeyValuePairs columns={4} items={facts} />;
}
