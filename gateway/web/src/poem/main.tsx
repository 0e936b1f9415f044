import { mount } from '../frame/mount';
import { PoemPage } from './poem_page';
import { PoemRun } from './poem_run';
import './poem.css';

const run = new PoemRun();
run.resume();
window.addEventListener('hashchange', () => run.resume());
window.addEventListener('online', () => run.reconnect());
mount(<PoemPage run={run} />);
