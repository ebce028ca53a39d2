import { ProblemAlert } from '../form/problem-alert';
import { useRequest } from '../request/queries';
import { TaskForm } from '../request/task-form';

/** The form of a task, with the request it belongs to. */
export function TaskFormOfRequest(props: { caseId: string; taskId: string; onClose: () => void }) {
  const { caseId, taskId, onClose } = props;
  const request = useRequest(caseId);
  if (request.isError) return <ProblemAlert error={request.error} onRetry={() => void request.refetch()} />;
  const task = request.data?.tasks.find((t) => t.task === taskId);
  return request.data && task ? <TaskForm request={request.data} task={task} onClose={onClose} /> : null;
}
