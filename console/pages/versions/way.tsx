/** The way of a version from its file to its devices: what is done, what goes on, what comes next. */
import type { ReactNode } from 'react';
import Steps, { type StepsProps } from '@cloudscape-design/components/steps';
import { useWords } from '../../language/language.tsx';
import { versionsWords } from './versions-words.ts';

export const stages = ['register', 'verify', 'prove', 'plan'] as const;
export type Stage = (typeof stages)[number];
/** Of the stage that it has come to; those before are done. */
export type StageState = 'next' | 'going' | 'failed';

const types = { next: 'info', going: 'in-progress', failed: 'error' } as const;

/** `at`: undefined where all of it is done. */
export function Way({ at, state = 'next' }: { readonly at: Stage | undefined; readonly state?: StageState }): ReactNode {
  const say = useWords(versionsWords);
  const reached = at === undefined ? stages.length : stages.indexOf(at);
  const words = { register: say.wayRegister, verify: say.wayVerify, prove: say.wayProve, plan: say.wayPlan };
  const abouts = { register: say.wayRegisterAbout, verify: say.wayVerifyAbout, prove: say.wayProveAbout, plan: say.wayPlanAbout };
  const states = { success: say.wayDone, info: say.wayNext, 'in-progress': say.wayGoing, error: say.notPassed, 'not-started': say.wayLater };
  const steps: readonly StepsProps.Step[] = stages.map((stage, index) => {
    const status = index < reached ? 'success' : index > reached ? 'not-started' : types[state];
    return { status, statusIconAriaLabel: states[status], header: index === reached ? <strong>{words[stage]}</strong> : words[stage], details: abouts[stage] };
  });
  // Beside each other where there is room, else below: one of the two is not there for anybody.
  return (
    <>
      <div className="wide-only"><Steps ariaLabel={say.way} orientation="horizontal" steps={steps} /></div>
      <div className="narrow-only"><Steps ariaLabel={say.way} steps={steps} /></div>
    </>
  );
}
