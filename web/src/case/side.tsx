import { Facts } from '../incident/facts';
import type { Incident } from '../incident/types';
import { LinePanel } from './line-panel';
import { MajorPanel } from './major-panel';
import { FilePanel, RecordPanel, ReportStatus, TaskPanel } from './record-panel';
import { RelationPanel } from './relation-panel';
import { RunPanel } from './run-panel';
import { SupplierPanel } from './supplier-panel';

/** Everything beside the story: who leads, where it stands, what runs, what it belongs to, facts. */
export function Side({ incident, onReport }: { incident: Incident; onReport: () => void }) {
  return (
    <div className="case-side">
      <MajorPanel incident={incident} />
      <LinePanel incident={incident} />
      <RunPanel incident={incident} />
      <SupplierPanel incident={incident} />
      <RelationPanel incident={incident} />
      <ReportStatus incident={incident} onReport={onReport} />
      <FilePanel incident={incident} />
      <TaskPanel id={incident.id} />
      <Facts incident={incident} />
      <RecordPanel incident={incident} />
    </div>
  );
}
