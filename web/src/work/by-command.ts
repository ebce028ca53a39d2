/** Tasks that end by a command of their case: they are opened there, not ticked off. */
export const BY_COMMAND: readonly string[] = [
  'assessment',
  'fault-report',
  'step-approval',
  'request-choice',
  'request-stranded',
];
