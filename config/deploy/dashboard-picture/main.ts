/** Draws docs/images/dashboard.svg anew: `npm run dashboard:picture`. */
import { writeFile } from 'node:fs/promises';
import { loadConfig } from '../../../shared/config/load-config.ts';
import { dashboardBody } from '../dashboard.ts';
import { stackContext } from '../stack-context.ts';
import { dashboardPicture } from './dashboard-picture.ts';

const context = stackContext('prod', await loadConfig('config/landfall.yaml'));
await writeFile('docs/images/dashboard.svg', dashboardPicture(dashboardBody(context), context));
