import { expect, it } from 'vitest';
import { nearest } from '../../../core/catalog/nearest-names.ts';

const names = ['Fieldwork-2.1.0.ipa', 'Fieldwork-2.1.1.ipa', 'Fieldwork-2.2.0.ipa', 'fieldwork-2.0.9.ipa', 'Till.ipa'];

it.each<[string, readonly string[]]>([
  ['Feildwork-2.1.0.ipa', ['Fieldwork-2.1.0.ipa', 'Fieldwork-2.1.1.ipa', 'Fieldwork-2.2.0.ipa']],
  ['FIELDWORK-2.1.1.IPA', ['Fieldwork-2.1.1.ipa', 'Fieldwork-2.1.0.ipa', 'Fieldwork-2.2.0.ipa']],
  ['Tills.ipa', ['Till.ipa']],
  ['Something else.ipa', []],
  ['', []],
])('who writes "%s" may have meant %j', (wanted, meant) => {
  expect(nearest(wanted, names)).toEqual(meant);
});
