import { asProblem, problemOf } from '../api/problem';
import type { components } from '../api-types';

export type Attachment = components['schemas']['Attachment'];

/**
 * Sends a file as it is. XMLHttpRequest and not fetch: only it tells how far an upload is.
 * @param onProgress fraction sent, 0–1
 * @throws Problem; an error named AbortError when `signal` ends it
 */
export function uploadFile(
  file: File,
  caseId: string | undefined,
  onProgress: (fraction: number) => void,
  signal: AbortSignal,
): Promise<Attachment> {
  const query = new URLSearchParams({ name: file.name, ...(caseId === undefined ? {} : { case: caseId }) });
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', `/api/v1/attachments?${query}`);
    request.responseType = 'json';
    request.setRequestHeader('Content-Type', 'application/octet-stream');
    request.upload.onprogress = (e) => onProgress(e.lengthComputable ? e.loaded / e.total : 0);
    request.onload = () => {
      if (request.status < 300) resolve(request.response as Attachment);
      else reject(problemOf(request.status, request.response));
    };
    request.onerror = () => reject(asProblem(new TypeError('no answer')));
    request.onabort = () => reject(new DOMException('taken back', 'AbortError'));
    signal.addEventListener('abort', () => request.abort());
    request.send(file);
  });
}

/** Where a file is downloaded from. */
export const contentUrl = (id: string): string => `/api/v1/attachments/${id}`;
