import { useSearchParams } from 'react-router';
import { readPlace, writePlace, type ListPlace } from './place.ts';

/** The place in the address, and how to go to another. `how`: `replace` for typing, which the back button passes over. */
export function usePlace(filterNames: readonly string[]): readonly [ListPlace, (place: ListPlace, how?: 'replace') => void] {
  const [parameters, setParameters] = useSearchParams();
  return [
    readPlace(parameters, filterNames),
    (place, how) => { setParameters((now) => writePlace(now, place, filterNames), { replace: how === 'replace', preventScrollReset: true }); },
  ];
}
