import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Page } from './page';
import { PoemRun } from './poem_run';
import './page.css';

const run = new PoemRun();
run.resume();
window.addEventListener('hashchange', () => run.resume());
window.addEventListener('online', () => run.reconnect());

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <Page run={run} />
  </StrictMode>,
);
