/** The page of what a record is about, where there is one. Pure. */

const pages: Readonly<Record<string, string>> = { app: '/apps/', branch: '/branches/', device: '/devices/', plan: '/plans/', version: '/versions/' };

/** Actions are named after what they are done to: `plan.start`. Undefined where nothing has a page, or no more. */
export function pageOfSubject(action: string, subject: string): string | undefined {
  const [noun = '', verb = ''] = action.split('.');
  const page = pages[noun];
  return page === undefined || verb === 'delete' || !/^[\w.-]+$/.test(subject) ? undefined : `${page}${subject}`;
}
