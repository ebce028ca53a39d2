import type { RequestOp, RequestStatus } from '../../../domain/request-command';
import type { RequestView } from '../../../domain/request-projection';
import type { components } from '../api-types';
import type { KnownFile } from '../form-schema/context';
import type { Data, FormSchema } from '../form-schema/schema';

export type { RequestOp, RequestStatus, RequestView };
export type Step = RequestView['steps'][number];
export type RequestTask = RequestView['tasks'][number];
export type Approval = RequestView['approvals'][number];
export type Stage = RequestView['stages'][number];

/** A page of requests. */
export interface RequestPage {
  items: RequestView[];
  nextCursor: string | null;
}

/** A content of a request without what it says. */
export interface ContentHead {
  hash: string;
  /** `form/name@version`. */
  form: string;
  createdBy: string;
  createdAt: string;
}

/** What was filled in, with the form of that version. */
export interface RequestContent extends ContentHead {
  schema: FormSchema;
  data: Data;
  /** Ids of files. */
  attachments: string[];
  /** Names and sizes of the files, where the server tells them. */
  files?: KnownFile[];
  /** Earlier contents, and what was filled in within steps; oldest first. */
  others: ContentHead[];
}

/** What of a pinned plan is drawn. */
export type PlanDrawn = components['schemas']['RequestDrawing'];
