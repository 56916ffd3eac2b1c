import { randomUUID } from 'node:crypto';
import { chmod, mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathShown } from '../local/fleet/path-shown.ts';
import { loadConfig } from '../shared/config/load-config.ts';
import { type ConfigOptions, parseConfig } from '../shared/config/parse-config.ts';
import { ConfigError, errorText } from '../shared/core/errors.ts';

const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Writes a configuration where there is none, its folder too, and loads what it wrote.
 * @throws ConfigError CONFIG_EXISTS for a file that is there, CONFIG_UNWRITABLE, or what `loadConfig` has to say
 */
export async function createConfigFile(path: string, text: string): Promise<void> {
  parseConfig(text, path);
  try {
    await mkdir(dirname(path), { recursive: true });
  } catch (cause) {
    throw unwritable(path, cause);
  }
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') throw configExists(path, cause);
    throw unwritable(path, cause);
  }
  await loadConfig(path);
}

export function configExists(path: string, cause?: unknown): ConfigError {
  return new ConfigError('CONFIG_EXISTS', `${pathShown(path)} is there already, and is never overwritten.`, {
    cause,
    remedy: 'Edit it, move it away, or name another file with --config.',
  });
}

/**
 * Replaces a configuration by what `edit` makes of its text, at once and as a whole: a reader sees the old file or the new
 * one. Nothing is written unless the new text is a valid configuration. Permissions, a link in its place and a mark of the
 * byte order stay.
 * @throws ConfigError CONFIG_CHANGED when somebody else wrote meanwhile, CONFIG_UNWRITABLE, or those of `edit` and of
 *   `parseConfig`
 */
export async function editConfigFile(
  path: string,
  edit: (text: string) => string,
  options: ConfigOptions = {},
): Promise<void> {
  const before = await readFile(path, 'utf8');
  const mark = before.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
  const after = mark + edit(before.slice(mark.length));
  if (after === before) return;
  parseConfig(after.slice(mark.length), path, options);
  const real = await realpath(path);
  const temporary = join(dirname(real), `.${basename(real)}.${randomUUID()}.tmp`);
  try {
    const { mode } = await stat(real);
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(after);
      await file.sync();
    } finally {
      await file.close();
    }
    await chmod(temporary, mode);
    if ((await readFile(real, 'utf8')) !== before) throw configChanged(path);
    await rename(temporary, real);
  } catch (cause) {
    await rm(temporary, { force: true });
    if (cause instanceof ConfigError) throw cause;
    throw unwritable(path, cause);
  }
}

function configChanged(path: string): ConfigError {
  return new ConfigError('CONFIG_CHANGED', `Somebody else wrote ${pathShown(path)} meanwhile.`, {
    remedy: 'Nothing was written. Run the command again.',
  });
}

function unwritable(path: string, cause: unknown): ConfigError {
  return new ConfigError('CONFIG_UNWRITABLE', `${pathShown(path)} cannot be written: ${errorText(cause)}.`, {
    cause,
    remedy: 'Name a file with --config, in a folder that you may write to.',
  });
}
