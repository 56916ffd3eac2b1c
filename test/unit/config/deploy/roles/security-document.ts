import type { Grant } from '../../../../../config/deploy/roles/grant.ts';
import { rolesOf } from '../../../../../config/deploy/roles/roles.ts';
import { SECURITY_HUB_CONTROLS } from '../../../../support/security-hub-controls.ts';
import { contextOf, type Given } from './role-configs.ts';

const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop/landfall';
const KEY = 'arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab';

/** Between them they use all that a role may have. */
const DOCUMENTED: readonly Given[] = [
  {
    alerts: { emails: ['data-oncall@example.com'] },
    deploy: { vpc: { subnets: ['subnet-0abc1234'], security_groups: ['sg-0abc1234'] } },
    shop: { secret: SECRET, secret_kms_key: KEY },
  },
  { deploy: { bucket: 'existing', bucket_kms_key: KEY } },
];

const TITLES: Readonly<Record<string, string>> = {
  'extractor of shop': 'Extractor of a source',
  scheduler: 'Scheduler',
  replayer: 'Replayer',
  watchdog: 'Watchdog',
  schedules: 'EventBridge Scheduler',
};

function documentedGrants(): ReadonlyMap<string, readonly Grant[]> {
  const found = new Map<string, Grant[]>();
  for (const { of, grants } of DOCUMENTED.flatMap((given) => rolesOf(contextOf(given)))) {
    const standing = found.get(of) ?? [];
    const news = grants.filter(({ sid }) => !standing.some((grant) => grant.sid === sid));
    found.set(of, [...standing, ...news]);
  }
  return found;
}

/** The tables of docs/security.md, by the markers that stand before them. */
export function documentedTables(): Readonly<Record<string, string>> {
  return { roles: rolesText(), wildcards: wildcardsText(), 'security hub': securityHubText() };
}

function rolesText(): string {
  const sections = [...documentedGrants()].map(([of, grants]) => {
    const rows = grants.map(({ sid, effect, actions, on, why }) => {
      const allowed = actions.map((action) => `\`${action}\``).join(', ');
      return `| \`${sid}\` | ${effect === 'Deny' ? 'never ' : ''}${allowed} | ${on} | ${why} |`;
    });
    return [`### ${TITLES[of]}`, '', ...tableOf(['statement', 'may', 'on', 'why'], rows)].join('\n');
  });
  return sections.join('\n\n');
}

function wildcardsText(): string {
  const patterns = [...documentedGrants().values()].flat().filter(({ wildcard }) => wildcard !== undefined);
  const groups = Map.groupBy(patterns, ({ on, wildcard }) => `${on} | ${wildcard}`);
  const rows = [...groups].map(([text, grants]) => {
    const sids = new Set(grants.map(({ sid }) => `\`${sid}\``));
    return `| ${[...sids].join(', ')} | ${text} |`;
  });
  return tableOf(['statements', 'on', 'why not one name'], rows).join('\n');
}

function securityHubText(): string {
  const rows = SECURITY_HUB_CONTROLS.map(({ id, asks, rules, note }) => {
    const held = rules.length === 0 ? '—' : rules.map((rule) => `\`${rule}\``).join(', ');
    return `| ${id} | ${asks} | ${held} | ${note ?? ''} |`;
  });
  return tableOf(['control', 'asks that', 'held by', 'note'], rows).join('\n');
}

function tableOf(titles: readonly string[], rows: readonly string[]): string[] {
  return [`| ${titles.join(' | ')} |`, `|${'---|'.repeat(titles.length)}`, ...rows];
}

/** What stands behind a marker, up to the next heading of the second level. */
export function textBehind(document: string, marker: string): string {
  const behind = document.split(`<!-- ${marker} -->\n`)[1] ?? '';
  return behind.split(/^## /m)[0] ?? '';
}

/** The document with its tables written anew. */
export function withTables(document: string): string {
  return Object.entries(documentedTables()).reduce((text, [marker, table]) => {
    const standing = tablesIn(textBehind(text, marker));
    return text.replace(`<!-- ${marker} -->\n${standing}`, () => `<!-- ${marker} -->\n\n${table}\n`);
  }, document);
}

/** The lines of tables and their headings that a text begins with. */
export function tablesIn(text: string): string {
  return /^(?:(?:### .*|\|.*|)\n)*(?=\n)/.exec(text)?.[0] ?? '';
}
