/** Windows of local time: as bars on a strip of 24 hours, and as fields below it that a keyboard reaches. */
import type { ReactNode } from 'react';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import DatePicker from '@cloudscape-design/components/date-picker';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Multiselect from '@cloudscape-design/components/multiselect';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { planLimits } from '../../../core/rollout/new-plan.ts';
import { useWords } from '../../language/language.tsx';
import { composeWords } from './compose-words.ts';
import { minutesOf, stripSpans, weekdays, windowFault, type DraftWindow } from './local-window.ts';

export interface WindowsEditorProps {
  /** What the windows are of: a time zone, a branch. */
  readonly label: string;
  readonly windows: readonly DraftWindow[];
  readonly inventory?: DraftWindow;
  readonly change: (windows: readonly DraftWindow[]) => void;
}

const HOURS = [0, 6, 12, 18, 24];

export function WindowsEditor({ label, windows, inventory, change }: WindowsEditorProps): ReactNode {
  const say = useWords(composeWords);
  const replace = (index: number, window: DraftWindow): void => { change(windows.map((each, place) => (place === index ? window : each))); };
  return (
    <SpaceBetween size="s">
      <Strip label={label} windows={windows} {...(inventory === undefined ? {} : { inventory })} />
      {windows.map((window, index) => (
        <WindowFields
          key={index} label={`${label} ${index + 1}`} window={window} change={(next) => { replace(index, next); }}
          {...(windows.length < 2 ? {} : { remove: () => { change(windows.filter((_, place) => place !== index)); } })}
        />
      ))}
      {windows.length >= planLimits.windows.max ? null : <Button iconName="add-plus" formAction="none" ariaLabel={`${say.addWindow}: ${label}`} onClick={() => { change([...windows, { from: '13:00', to: '14:00' }]); }}>{say.addWindow}</Button>}
    </SpaceBetween>
  );
}

function Strip({ label, windows, inventory }: Omit<WindowsEditorProps, 'change'>): ReactNode {
  const say = useWords(composeWords);
  const text = windows.map(({ from, to }) => `${from}-${to}`).join(', ');
  return (
    <div>
      <div className="strip" role="img" aria-label={say.stripOf(label, text)}>
        {windows.flatMap((window, index) => stripSpans(window).map(([from, to]) => <div key={`${index} ${from}`} className="strip-window" style={spanStyle(from, to)} />))}
        {inventory === undefined ? null : stripSpans(inventory).map(([from, to]) => <div key={`inventory ${from}`} className="strip-inventory" style={spanStyle(from, to)} />)}
      </div>
      <div className="strip-hours" aria-hidden="true">{HOURS.map((hour) => <span key={hour}>{String(hour).padStart(2, '0')}</span>)}</div>
      <Box fontSize="body-s" color="text-body-secondary"><span className="key strip-window-key" /> {say.instructed}{inventory === undefined ? null : <> · <span className="key strip-inventory-key" /> {say.inventoryCollected(`${inventory.from}-${inventory.to}`)}</>}</Box>
    </div>
  );
}

const DAY_MINUTES = 1_440;

function spanStyle(from: number, to: number): { readonly insetInlineStart: string; readonly inlineSize: string } {
  return { insetInlineStart: `${(from / DAY_MINUTES) * 100}%`, inlineSize: `${((to - from) / DAY_MINUTES) * 100}%` };
}

function WindowFields({ label, window, change, remove }: { readonly label: string; readonly window: DraftWindow; readonly change: (window: DraftWindow) => void; readonly remove?: () => void }): ReactNode {
  const say = useWords(composeWords);
  const fault = windowFault(window);
  const days = weekdays.map((value) => ({ value, label: say[value] }));
  const set = (part: 'firstDay' | 'lastDay', value: string): void => {
    const { [part]: _, ...others } = window;
    change(value === '' ? others : { ...others, [part]: value });
  };
  const setDays = (chosen: readonly string[]): void => {
    const { days: _, ...others } = window;
    const next = weekdays.filter((day) => chosen.includes(day));
    change(next.length === 0 || next.length === weekdays.length ? others : { ...others, days: next });
  };
  return (
    <div role="group" aria-label={label} className="window-fields">
      <FormField label={say.from} errorText={minutesOf(window.from, false) === undefined ? say.badTime : ''}><Input value={window.from} placeholder="01:00" onChange={({ detail }) => { change({ ...window, from: detail.value }); }} /></FormField>
      <FormField label={say.to} errorText={fault === undefined || minutesOf(window.from, false) === undefined ? '' : say[fault]}><Input value={window.to} placeholder="02:00" onChange={({ detail }) => { change({ ...window, to: detail.value }); }} /></FormField>
      <FormField label={say.days}><Multiselect placeholder={say.everyDay} options={days} selectedOptions={days.filter(({ value }) => window.days?.includes(value))} tokenLimit={2} onChange={({ detail }) => { setDays(detail.selectedOptions.flatMap(({ value }) => (value === undefined ? [] : [value]))); }} /></FormField>
      <FormField label={say.firstDay}><DatePicker value={window.firstDay ?? ''} placeholder="YYYY/MM/DD" onChange={({ detail }) => { set('firstDay', detail.value); }} /></FormField>
      <FormField label={say.lastDay}><DatePicker value={window.lastDay ?? ''} placeholder="YYYY/MM/DD" onChange={({ detail }) => { set('lastDay', detail.value); }} /></FormField>
      {remove === undefined ? null : <Button iconName="remove" variant="icon" formAction="none" ariaLabel={`${say.removeWindow}: ${label}`} onClick={remove} />}
    </div>
  );
}
