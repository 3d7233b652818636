import { describe, expect, it } from 'vitest';
import { errorDomains, rejectionWords } from '../../../core/instruction/device-error-table.ts';
import { deviceErrorOf, kindOfFailure, reasonOfFailure } from '../../../core/instruction/device-errors.ts';

describe('an error chain', () => {
  it.each<[string, readonly string[], string]>([
    ['no network passes', ['NSURLErrorDomain -1009'], 'passes'],
    ['any error of the network passes, known or not', ['NSURLErrorDomain -997'], 'passes'],
    ['a manifest that could not be fetched passes', ['MCMDMErrorDomain 12024', 'NSURLErrorDomain -1001'], 'passes'],
    ['a locked device passes', ['MCInstallationErrorDomain 4009'], 'passes'],
    ['a manifest that is none is ours', ['MCMDMErrorDomain 12033'], 'ours'],
    ['an address that is not https is ours', ['MCMDMErrorDomain 12034'], 'ours'],
    ['a network failure below a bad manifest passes', ['MCMDMErrorDomain 12033', 'NSURLErrorDomain -1005'], 'passes'],
    ['no licence does not pass', ['MCMDMErrorDomain 12064'], 'final'],
    ['what nobody knows does not pass', ['SomeErrorDomain 7'], 'final'],
    ['no chain does not pass', [], 'final'],
    ['a domain called like something of the language is not known', ['constructor 1', '__proto__ 2'], 'final'],
  ])('%s', (_, codes, kind) => {
    expect(kindOfFailure(codes)).toBe(kind);
  });

  it('is told in the words of its most particular link, with the device\'s own codes', () => {
    expect(reasonOfFailure(['MCMDMErrorDomain 12024', 'NSURLErrorDomain -1009', 'Unknown 3'])).toEqual({
      code: 'device-error', words: 'The device answered with an error: the device was not connected to the internet.', deviceCodes: ['MCMDMErrorDomain 12024', 'NSURLErrorDomain -1009', 'Unknown 3'],
    });
    expect(reasonOfFailure(['Unknown 3'])).toEqual({ code: 'device-error', words: 'The device answered with an error.', deviceCodes: ['Unknown 3'] });
  });
});

describe('the table of errors', () => {
  const all = Object.entries(errorDomains).flatMap(([domain, table]) => Object.entries(table).map(([code, error]) => [`${domain} ${code}`, error] as const));

  it('has words for every code of Apple\'s list for MDM, and for profiles', () => {
    const missing = [...range('MCMDMErrorDomain', 12000, 12081).filter((code) => code !== 'MCMDMErrorDomain 12039'), ...range('MCInstallationErrorDomain', 4000, 4031), ...range('MCProfileErrorDomain', 1000, 1010)]
      .filter((code) => deviceErrorOf(code) === undefined);
    expect(missing).toEqual([]);
  });

  it.each(all)('says %s as the end of a sentence', (_, { words }) => {
    expect(words).toMatch(/^[a-z][^.]*[^.\s]$/);
  });

  it('has a sentence for every RejectionReason that is no sign of success', () => {
    const apples = ['AppStoreDisabled', 'CouldNotVerifyAppID', 'ManagementChangeNotSupported', 'NotAnApp', 'NotSupported', 'Other', 'PurchaseMethodNotSupported', 'PurchaseMethodNotSupportedInMultiUser'];
    for (const reason of apples) expect(rejectionWords[reason]).toMatch(/^[A-Z].*\.$/);
  });
});

function range(domain: string, from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `${domain} ${from + index}`);
}
