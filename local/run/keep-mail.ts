import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Mail, readMailbox } from '../aws/mailbox.ts';
import type { LocalFleet } from '../fleet/fleet.ts';

export interface KeptMail extends Mail {
  readonly path: string;
}

/** Writes the emails that the fleet has sent since the last call to files, one each, and returns them. */
export async function keepMail(fleet: LocalFleet): Promise<KeptMail[]> {
  const mails = await readMailbox(fleet.sqs);
  await mkdir(fleet.out.mail, { recursive: true });
  return Promise.all(
    mails.map(async (mail, index) => {
      const sentAt = mail.sentAt.toISOString().replaceAll(':', '');
      const path = join(fleet.out.mail, `${sentAt}-${index + 1}.txt`);
      await writeFile(path, `Subject: ${mail.subject}\n\n${mail.body}`);
      return { ...mail, path };
    }),
  );
}
