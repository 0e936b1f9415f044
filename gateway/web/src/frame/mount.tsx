import { StrictMode, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import './frame.css';

export function mount(page: ReactNode): void {
  createRoot(document.getElementById('root') as HTMLElement).render(<StrictMode>{page}</StrictMode>);
}
