import { useEffect, useRef } from 'react';
import './log_panel.css';
import type { LogEntry, RunView } from './run_view';
import { plainText } from '../frame/plain_text';

const levelNames: Record<string, string> = { LEVEL_UNSPECIFIED: 'INFO' };
const followWithin = 40; // pixels from the end: whoever scrolled up further is reading and not pulled back

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });

function timeOf(entry: LogEntry): string {
  const time = new Date(entry.time);
  return Number.isNaN(time.getTime()) ? '' : clock.format(time);
}

export function LogPanel({ view }: { view: RunView }) {
  const list = useRef<HTMLOListElement>(null);
  const atEnd = useRef(true);
  useEffect(() => {
    if (atEnd.current && list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [view.logs]);

  return (
    <details className="log" open>
      <summary>
        Log <span className="count">{view.logs.length + view.logsDropped}</span>
      </summary>
      {view.logsDropped > 0 ? <p className="dropped">{view.logsDropped} earlier lines are not shown.</p> : null}
      <ol
        ref={list}
        tabIndex={0}
        aria-label="Log lines"
        onScroll={({ currentTarget: box }) => {
          atEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight < followWithin;
        }}
      >
        {view.logs.map((entry) => (
          <li key={entry.seq} data-seq={entry.seq} data-level={entry.level}>
            <time dateTime={entry.time}>{timeOf(entry)}</time>
            <span className="level">{levelNames[entry.level] ?? entry.level}</span>
            <span className="message">{plainText(entry.message)}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
