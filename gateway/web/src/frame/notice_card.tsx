import { useEffect, useState, type FormEvent } from 'react';
import type { Notice } from './notice';
import { plainText } from './plain_text';

const buttonNames = { same: 'Try again', anew: 'Try again', reconnect: 'Connect again', none: '' };

// What a notice's buttons act on.
export interface Retrying {
  retry(): void;
  useToken(token: string): void;
}

function useHasCome(timeMs: number): boolean {
  const [come, setCome] = useState(timeMs <= Date.now());
  useEffect(() => {
    setCome(timeMs <= Date.now());
    const timer = setTimeout(() => setCome(true), Math.max(0, timeMs - Date.now()));
    return () => clearTimeout(timer);
  }, [timeMs]);
  return come;
}

function TokenForm({ run }: { run: Retrying }) {
  const [token, setToken] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    run.useToken(token);
  };
  return (
    <form className="token" onSubmit={submit}>
      <label htmlFor="token">Access token</label>
      <input id="token" type="password" autoComplete="off" spellCheck={false} value={token} onChange={(event) => setToken(event.target.value)} />
      <button type="submit" className="secondary" disabled={token.trim() === ''}>
        Use it
      </button>
    </form>
  );
}

export function NoticeCard({ notice, run }: { notice: Notice; run: Retrying }) {
  const ready = useHasCome(notice.notBefore ?? 0);
  return (
    <div className="notice" role="alert">
      <h3>{notice.title}</h3>
      {notice.text ? <p>{plainText(notice.text)}</p> : null}
      {notice.wantsToken ? (
        <TokenForm run={run} />
      ) : notice.retry !== 'none' ? (
        <button type="button" className="secondary retry" disabled={!ready} onClick={() => run.retry()}>
          {buttonNames[notice.retry]}
        </button>
      ) : null}
    </div>
  );
}
