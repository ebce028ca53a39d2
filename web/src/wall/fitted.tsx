import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { usePhone } from '../shell/width';
import { rowsThatFit } from './model';

/** A telephone scrolls; so many rows are enough there before the list itself is the better place. */
const ON_A_PHONE = 8;

interface FittedProps<T> {
  items: readonly T[];
  /** Height of a row and of the line below, in the wall's own unit (em). */
  rowEm: number;
  lineEm?: number;
  children: (item: T) => ReactNode;
  /** Where all of them are listed. */
  all: string | null;
  /** More exist than `items` tells. */
  openEnded?: boolean;
}

/** As many rows as there is room for, and how many there are besides: a wall nobody scrolls. */
export function Fitted<T>({ items, rowEm, lineEm = 1.6, children, all, openEnded = false }: FittedProps<T>) {
  const { t } = useTranslation();
  const phone = usePhone();
  const box = useRef<HTMLDivElement>(null);
  const [size, setSize] = useState({ height: 0, em: 0 });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = () =>
      setSize({ height: element.clientHeight, em: Number.parseFloat(getComputedStyle(element).fontSize) });
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    measure();
    return () => watch.disconnect();
  }, []);
  const room = phone
    ? Math.min(ON_A_PHONE, items.length)
    : rowsThatFit(size.height, rowEm * size.em, lineEm * size.em, items.length);
  const rest = items.length - room;
  const more = t(openEnded ? 'wall.atLeast' : 'wall.more', { count: rest });
  return (
    <div className="wall-fitted" ref={box}>
      <ul style={rest > 0 && !phone ? { height: `calc(100% - ${lineEm}em)` } : undefined}>
        {items.slice(0, room).map(children)}
      </ul>
      {rest > 0 && (
        <p className="wall-more" style={{ height: `${lineEm}em` }}>
          {all === null ? more : <Link to={all}>{more}</Link>}
        </p>
      )}
    </div>
  );
}
