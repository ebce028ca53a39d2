import { z } from 'zod';
import { bilingual, slug } from './process-def-common';

const flow = z
  .array(
    z.strictObject({
      party: bilingual.meta({ description: 'From whom, to whom' }),
      what: bilingual,
      how: bilingual.meta({ description: 'How it is received or handed over' }),
    }),
  )
  .min(1, 'name at least one');
const flows = z.strictObject({ external: flow, internal: flow });

/** What every process states about itself (R10.7). */
export const processFacts = {
  purpose: bilingual,
  inputs: flows,
  outputs: flows,
  relatedProcesses: z.array(z.strictObject({ name: slug, relation: bilingual })).min(1, 'name at least one'),
  measures: z.strictObject({
    time: bilingual,
    cost: bilingual,
    quality: bilingual,
    service: bilingual,
    risk: bilingual,
  }),
};
