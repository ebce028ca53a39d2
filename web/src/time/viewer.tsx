import { Tooltip } from 'antd';
import { createContext, useContext } from 'react';
import { browserLanguage } from '../theme/preferences';
import { fullInstant, relative, shortInstant, type Viewer } from './format';
import { useNow } from './now';

/** Zone of this browser, used until the account names another. */
export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

export const ViewerContext = createContext<Viewer>({ language: browserLanguage(), zone: browserZone() });

/** Language and zone in which this viewer reads instants. */
export const useViewer = (): Viewer => useContext(ViewerContext);

/** `8 min ago`, with the exact instant and its zone on hover. */
export function Ago({ at }: { at: string }) {
  const viewer = useViewer();
  const now = useNow(10);
  const instant = Date.parse(at);
  const full = fullInstant(instant, viewer);
  return (
    <Tooltip title={full}>
      <time dateTime={at}>{relative(instant, now, viewer.language)}</time>
    </Tooltip>
  );
}

/** `16:40`, or with its day when that is another; the full instant with its zone on hover. */
export function Instant({ at }: { at: string }) {
  const viewer = useViewer();
  const now = useNow(60);
  const instant = Date.parse(at);
  return (
    <Tooltip title={fullInstant(instant, viewer)}>
      <time dateTime={at}>{shortInstant(instant, now, viewer)}</time>
    </Tooltip>
  );
}
