/**
 * The environment of every function: which variables it reads. `infra/` must supply exactly these (its type says so),
 * and `services.ts` is the only file that reads them.
 */
export const environments = {
  enrol: ['DEVICES_TABLE', 'AUTHORITY_SECRET', 'PROFILE_SECRET', 'API_URL', 'MDM_URL', 'ORGANISATION'],
  scep: ['DEVICES_TABLE', 'AUTHORITY_SECRET', 'LEGACY_SCEP'],
  'check-in': ['DEVICES_TABLE', 'INSTRUCTIONS_TABLE', 'INVENTORY_TABLE', 'REPORTS_BUCKET', 'WAKE_QUEUE_URL', 'ORGANISATION'],
  command: ['DEVICES_TABLE', 'INSTRUCTIONS_TABLE', 'INVENTORY_TABLE', 'CATALOGUE_TABLE', 'PLANS_TABLE', 'LINK_SECRET', 'PROFILE_SECRET', 'REPORTS_BUCKET', 'WAKE_QUEUE_URL', 'API_URL', 'MDM_URL', 'ORGANISATION'],
  delivery: ['DEVICES_TABLE', 'INSTRUCTIONS_TABLE', 'CATALOGUE_TABLE', 'LINK_SECRET', 'LINK_KEY_PAIR_ID', 'EDGE_URL'],
  admin: [
    'DEVICES_TABLE', 'INSTRUCTIONS_TABLE', 'INVENTORY_TABLE', 'CATALOGUE_TABLE', 'PLANS_TABLE', 'AUDIT_TABLE',
    'PACKAGES_BUCKET', 'REPORTS_BUCKET', 'AUTHORITY_SECRET', 'PUSH_SECRET', 'PROFILE_SECRET', 'WAKE_QUEUE_URL', 'PLACEMENT_FUNCTION', 'LAUNCH_FUNCTION', 'API_URL', 'ISSUER_URL', 'CLI_CLIENT_ID', 'SCOPE',
  ],
  placement: ['CATALOGUE_TABLE', 'INSTRUCTIONS_TABLE', 'PACKAGES_BUCKET', 'LINK_SECRET', 'API_URL', 'VERIFY_FUNCTION'],
  verify: [],
  'file-event': ['CATALOGUE_TABLE', 'PACKAGES_BUCKET', 'PLACEMENT_FUNCTION'],
  launch: ['DEVICES_TABLE', 'PLANS_TABLE', 'INSTRUCTIONS_TABLE', 'STATE_MACHINE_ARN', 'SCHEDULE_GROUP', 'SCHEDULE_ROLE_ARN', 'SCHEDULE_DEAD_LETTER_ARN'],
  turn: [
    'DEVICES_TABLE', 'PLANS_TABLE', 'INSTRUCTIONS_TABLE', 'INVENTORY_TABLE', 'CATALOGUE_TABLE', 'WAKE_QUEUE_URL',
    'STATE_MACHINE_ARN', 'SCHEDULE_GROUP', 'SCHEDULE_ROLE_ARN', 'SCHEDULE_DEAD_LETTER_ARN',
  ],
  waker: ['DEVICES_TABLE', 'PLANS_TABLE', 'PUSH_SECRET', 'WAKE_QUEUE_URL', 'APNS_URL'],
  settle: ['INSTRUCTIONS_TABLE', 'PLANS_TABLE', 'CATALOGUE_TABLE'],
  sweep: ['DEVICES_TABLE', 'INSTRUCTIONS_TABLE', 'PLANS_TABLE', 'CATALOGUE_TABLE', 'WAKE_QUEUE_URL', 'STATE_MACHINE_ARN'],
  'signing-key': ['LINK_SECRET'],
} as const satisfies Record<string, readonly string[]>;

export type FunctionName = keyof typeof environments;
export type VariableOf<F extends FunctionName> = (typeof environments)[F][number];
/** The variables of one function, all of them. */
export type EnvironmentOf<F extends FunctionName> = Readonly<Record<VariableOf<F>, string>>;
