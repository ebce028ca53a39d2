/** A file that has been sent, as the draft remembers it. `size` in bytes. */
export interface KnownFile {
  id: string;
  name: string;
  size: number;
  /** Where it is fetched, if not as the file of a case. */
  href?: string;
}

/** What the widgets of a form know besides their own value. */
export interface FormContext {
  /** Files of this form that have been sent before. */
  files: readonly KnownFile[];
  onFiles: (files: readonly KnownFile[]) => void;
  /** Uploads have begun or are over. */
  onBusy: (field: string, busy: boolean) => void;
}

/** What is told at a field. */
export interface ToldFault {
  /** JSON pointer of the field. */
  path: string;
  /** In the viewer's language. */
  message: string;
}
