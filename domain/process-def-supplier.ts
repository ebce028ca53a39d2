import { z } from 'zod';
import { actor, bilingual, goal, header, perSeverity, severity, slug } from './process-def-common';

const supplierTest = z.strictObject({ severity, limit: goal });

/** A supplier of a service and what its contract promises (R3.5). */
export const supplierSchema = z.strictObject({
  ...header('supplier', supplierTest),
  contact: z.strictObject({
    email: z.email('write a mail address').optional(),
    phone: z.string().min(3).optional(),
    portal: z.url('write an address with https://').optional(),
  }),
  contract: bilingual.optional(),
  calendar: slug,
  limit: perSeverity(goal).meta({ description: "The supplier's time to solve, by severity, on its calendar" }),
  overdue: z.array(actor).min(1, 'name at least one actor').meta({ description: 'Told when the limit is over' }),
});
export type SupplierDoc = z.infer<typeof supplierSchema>;
