import type { AlertRulesDoc } from './process-def-alert';
import { alertRulesSchema } from './process-def-alert';
import {
  type CatalogueDoc,
  type CatalogueItemDoc,
  catalogueItemSchema,
  catalogueSchema,
  type RequestSlaDoc,
  requestSlaSchema,
} from './process-def-catalogue';
import { type FormDoc, formSchema } from './process-def-form';
import type { EscalationDoc, MatrixDoc, SlaDoc } from './process-def-promise';
import { escalationSchema, matrixSchema, slaSchema } from './process-def-promise';
import { type ProvisionerDoc, provisionerSchema } from './process-def-provisioner';
import { type RequestProcessDoc, requestProcessSchema } from './process-def-request';
import { type RunbookDoc, runbookSchema } from './process-def-runbook';
import type { ProcessDoc, ServiceDoc } from './process-def-service';
import { processSchema, serviceSchema } from './process-def-service';
import { type SupplierDoc, supplierSchema } from './process-def-supplier';
import type { CalendarDoc, ScheduleDoc } from './process-def-time';
import { calendarSchema, scheduleSchema } from './process-def-time';

/** Schema of each kind of definition. Documents are kept as written: schemas check and never transform (hashes stay stable). */
export const DEFINITION_SCHEMAS = {
  calendar: calendarSchema,
  sla: slaSchema,
  'priority-matrix': matrixSchema,
  schedule: scheduleSchema,
  'escalation-policy': escalationSchema,
  service: serviceSchema,
  process: processSchema,
  'alert-rules': alertRulesSchema,
  runbook: runbookSchema,
  supplier: supplierSchema,
  form: formSchema,
  'request-process': requestProcessSchema,
  'request-sla': requestSlaSchema,
  catalogue: catalogueSchema,
  'catalogue-item': catalogueItemSchema,
  provisioner: provisionerSchema,
};

export type DefinitionKind = keyof typeof DEFINITION_SCHEMAS;
export const DEFINITION_KINDS = Object.keys(DEFINITION_SCHEMAS) as DefinitionKind[];

/** One document of `process-defs/`, told apart by `kind`. */
export type Definition =
  | CalendarDoc
  | ScheduleDoc
  | SlaDoc
  | MatrixDoc
  | EscalationDoc
  | ServiceDoc
  | ProcessDoc
  | RunbookDoc
  | SupplierDoc
  | AlertRulesDoc
  | FormDoc
  | RequestProcessDoc
  | RequestSlaDoc
  | CatalogueDoc
  | CatalogueItemDoc
  | ProvisionerDoc;
export type DefinitionOf<K extends DefinitionKind> = Extract<Definition, { kind: K }>;

export const isDefinitionKind = (kind: unknown): kind is DefinitionKind =>
  typeof kind === 'string' && Object.hasOwn(DEFINITION_SCHEMAS, kind);

/** `sla/incident`. */
export const definitionId = (def: { kind: string; name: string }): string => `${def.kind}/${def.name}`;

export function isKind<K extends DefinitionKind>(def: Definition, kind: K): def is DefinitionOf<K> {
  return def.kind === kind;
}

/** All definitions of one kind. */
export function ofKind<K extends DefinitionKind>(defs: readonly Definition[], kind: K): DefinitionOf<K>[] {
  return defs.filter((def): def is DefinitionOf<K> => isKind(def, kind));
}
