import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from '../api/client';
import type { components, paths } from '../api-types';
import { keyed } from '../form/key';
import { useChanges } from '../live/live';

export type Task = components['schemas']['Task'];
export type TaskDetail = components['schemas']['TaskDetail'];
export type TaskLogEntry = components['schemas']['TaskLogEntry'];
export type TaskBatch = components['schemas']['TaskBatch'];
type BatchBody = paths['/api/v1/tasks/batches']['post']['requestBody']['content']['application/json'];
export type BatchOp = BatchBody['op'];

/** Lists of tasks: the viewer's, those of his teams that nobody has, everything he sees; open ones, or done ones. */
export const TASK_VIEWS = ['my-teams', 'me', 'all', 'done'] as const;
export type TaskView = (typeof TASK_VIEWS)[number];

const ROWS = 50;
/** Tasks without a case come and go without a word on the stream of changes, ms. */
const EVERY_MS = 30_000;

export function useTaskList(view: TaskView) {
  const of = view === 'done' ? 'me' : view;
  return useInfiniteQuery({
    queryKey: ['tasks', view],
    queryFn: ({ signal, pageParam }) =>
      dataOf(
        api.GET('/api/v1/tasks', {
          params: { query: { for: of, state: view === 'done' ? 'done' : 'open', limit: ROWS, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: EVERY_MS,
    placeholderData: (kept) => kept,
  });
}

export function useTask(id: string) {
  return useQuery({
    queryKey: ['task', id],
    queryFn: ({ signal }) => dataOf(api.GET('/api/v1/tasks/{id}', { params: { path: { id } }, signal })),
    refetchInterval: EVERY_MS,
  });
}

export function useTaskLog(id: string) {
  return useInfiniteQuery({
    queryKey: ['task', id, 'log'],
    queryFn: ({ signal, pageParam }) =>
      dataOf(
        api.GET('/api/v1/tasks/{id}/log', {
          params: { path: { id }, query: { limit: ROWS, cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
}

/** Everything that shows tasks is asked for again. */
function useMoved() {
  const client = useQueryClient();
  return () => {
    for (const key of ['work', 'tasks', 'task', 'request']) void client.invalidateQueries({ queryKey: [key] });
  };
}

/** Reads a task again when its case has moved. */
export function useTaskNews(caseId: string | null): void {
  const client = useQueryClient();
  useChanges((c) => {
    if (c.id === caseId) void client.invalidateQueries({ queryKey: ['task'] });
  });
}

/** What can be done to a task. */
export type TaskAct =
  | { op: 'claim' }
  | { op: 'assign'; assignee?: string | null; team?: string; note?: string }
  | { op: 'check'; item: string; done: boolean }
  | { op: 'log'; minutes: number; text: string }
  | { op: 'done'; result?: string; outcome?: string };

/** Does something to a task, once for a key. */
export function useTaskAct() {
  const moved = useMoved();
  return useMutation({
    mutationFn: ({ id, key, act }: { id: string; key: string; act: TaskAct }) => {
      const params = { path: { id }, ...keyed(key) };
      switch (act.op) {
        case 'claim':
          return dataOf(api.POST('/api/v1/tasks/{id}/claim', { params }));
        case 'assign': {
          const { op: _, ...body } = act;
          return dataOf(api.POST('/api/v1/tasks/{id}/assign', { params, body }));
        }
        case 'check':
          return dataOf(api.POST('/api/v1/tasks/{id}/check', { params, body: { item: act.item, done: act.done } }));
        case 'log':
          return dataOf(api.POST('/api/v1/tasks/{id}/log', { params, body: { minutes: act.minutes, text: act.text } }));
        case 'done': {
          const { op: _, ...body } = act;
          return dataOf(api.POST('/api/v1/tasks/{id}/done', { params, body }));
        }
      }
    },
    onSettled: moved,
  });
}

/** As many go in one request. */
const AT_ONCE = 200;

const NONE: TaskBatch = { total: 0, counts: { will: 0, wont: 0, done: 0, refused: 0, failed: 0 }, items: [] };

function joined(a: TaskBatch, b: TaskBatch): TaskBatch {
  const counts = Object.fromEntries(
    (Object.keys(a.counts) as (keyof TaskBatch['counts'])[]).map((k) => [k, a.counts[k] + b.counts[k]]),
  ) as TaskBatch['counts'];
  return { total: a.total + b.total, counts, items: [...a.items, ...b.items] };
}

/** Judges an action for many tasks, or carries it out; a repeat with the same key changes nothing. */
export function useTaskBatch() {
  const moved = useMoved();
  return useMutation({
    mutationFn: async ({ ids, key, ...rest }: BatchBody & { key: string }) => {
      let all = NONE;
      for (let i = 0; i < ids.length; i += AT_ONCE) {
        const body = { ...rest, ids: ids.slice(i, i + AT_ONCE) };
        all = joined(all, await dataOf(api.POST('/api/v1/tasks/batches', { params: keyed(`${key}-${i}`), body })));
      }
      return all;
    },
    onSettled: (_data, _error, { preview }) => {
      if (!preview) moved();
    },
  });
}
