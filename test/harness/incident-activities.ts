import type { IncidentActivities } from '../../activities/incident';
import type { IncidentProjection, ProjectionAnswer } from '../../domain/incident-projection';
import { MemoryCases } from './memory-cases';

/** The side effects of incidents in memory. */
export class MemoryActivities extends MemoryCases<IncidentProjection> implements IncidentActivities {
  /** With the shipped calendars. */
  static async create(): Promise<MemoryActivities> {
    return new MemoryActivities(await MemoryCases.shippedCalendars());
  }

  projectIncident = (p: IncidentProjection): Promise<ProjectionAnswer> => this.project(p);
}
