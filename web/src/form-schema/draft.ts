import type { KnownFile } from './context';
import type { Data } from './schema';

/** What is kept of a form while it is filled in. */
export interface FormDraft {
  data: Data;
  /** Files that have been sent, wherever in the form they stand. */
  files: KnownFile[];
  /** Ids of the files that belong to the request and to no field. */
  attached: string[];
  title: string;
  /** Login of whom it is for; '' is oneself. */
  whom: { requester: string; beneficiary: string };
  /** Why an earlier content is changed, or what is answered to a return. */
  comment: string;
}

export const EMPTY_DRAFT: FormDraft = {
  data: {},
  files: [],
  attached: [],
  title: '',
  whom: { requester: '', beneficiary: '' },
  comment: '',
};
