import { accessSync, constants, existsSync, statSync } from 'node:fs';
import type { Config } from '../../config/config.ts';
import { keyFiles, type ProcessSettings } from '../../config/environment.ts';
import { loadChangeKeys } from '../../config/keys.ts';
import { countedTwice } from '../../core/change/explain-policy.ts';
import { publicKeysIn } from '../../core/change/verify-keys.ts';
import type { Looked } from '../../core/domain/doctor.ts';
import { TcpcheckError } from '../../core/domain/errors.ts';
import { HERE } from '../../core/render/texts/doctor.ts';
import type { Sheet } from './lines.ts';

/** Bits that let group or others read; and write. */
const OTHERS_READ = 0o044;
const OTHERS_WRITE = 0o022;

/** Files and folders of this machine, as far as they can be judged without asking anybody. */
export function lookHere(config: Config, settings: ProcessSettings, here: Sheet): readonly Looked[] {
  return [
    here.ok('config', HERE.config, { file: settings.configFile, hosts: String(config.hosts.size) }),
    ...lookAtSshKeys(config, here),
    ...lookAtSigningKeys(settings, here),
    lookAtDataDir(settings.dataDir, here),
    ...lookAtApprovers(config, here),
  ];
}

function lookAtApprovers({ approvals }: Config, here: Sheet): readonly Looked[] {
  const [count, groups] = [approvals.users.length, approvals.groups.length];
  if (count + groups === 0) return [here.warn('approvers', HERE.approversNone, {}, HERE.approversNoneDo)];
  const named =
    groups === 0
      ? here.ok('approvers', HERE.approvers, { count: String(count) })
      : here.ok('approvers', HERE.approverGroups, { count: String(count), groups: String(groups) });
  const apart = countedTwice(approvals);
  if (apart.length === 0) return [named];
  const who = { who: apart.join(', ') };
  return [named, here.warn('operators', HERE.operatorsApart, who, HERE.operatorsApartDo)];
}

function lookAtSshKeys({ hosts }: Config, here: Sheet): readonly Looked[] {
  const files = new Set(
    [...hosts.values()].flatMap(({ identityFile, changes }) => [
      ...(identityFile === undefined ? [] : [identityFile]),
      ...(changes.kind === 'account' ? [changes.identityFile] : []),
    ]),
  );
  const wrong = [...files].flatMap((file): Looked[] => {
    try {
      accessSync(file, constants.R_OK);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return [here.fail('ssh-keys', HERE.keyMissing, { file, why }, HERE.keyMissingDo)];
    }
    const bits = statSync(file).mode;
    if ((bits & OTHERS_READ) === 0) return [];
    return [here.fail('ssh-keys', HERE.keyMode, { file, mode: octal(bits) }, HERE.keyModeDo)];
  });
  return wrong.length > 0 ? wrong : [here.ok('ssh-keys', HERE.keys, { count: String(files.size) })];
}

function lookAtSigningKeys(settings: ProcessSettings, here: Sheet): readonly Looked[] {
  const { signing } = keyFiles(settings.dataDir);
  const isGiven = settings.signingKeyPem !== null || settings.verifyKeyPem !== null;
  const own = !isGiven && settings.redis.kind === 'embedded';
  // Nothing may be made here: that is for the service to do.
  if (own && !existsSync(signing)) return [here.ok('signing-keys', HERE.signingLater)];
  try {
    const { verifyKeyPem } = loadChangeKeys(
      settings,
      settings.signingKeyPem === null && !own ? 'worker' : 'bot',
    );
    const bits = own ? statSync(signing).mode : 0;
    if ((bits & OTHERS_READ) !== 0) {
      const values = { file: signing, mode: octal(bits) };
      return [here.fail('signing-keys', HERE.signingMode, values, HERE.keyModeDo)];
    }
    const usable = here.ok('signing-keys', HERE.signing);
    return publicKeysIn(verifyKeyPem).length > 1
      ? [usable, here.warn('signing-keys', HERE.signingTwo)]
      : [usable];
  } catch (error) {
    if (error instanceof TcpcheckError) return [here.error('signing-keys', error)];
    const why = error instanceof Error ? error.message : String(error);
    return [here.fail('signing-keys', HERE.keyMissing, { file: signing, why }, HERE.dataDirDeniedDo)];
  }
}

function lookAtDataDir(dir: string, here: Sheet): Looked {
  if (!existsSync(dir)) return here.ok('data-dir', HERE.dataDirLater, { dir });
  try {
    accessSync(dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return here.fail('data-dir', HERE.dataDirDenied, { dir }, HERE.dataDirDeniedDo);
  }
  const bits = statSync(dir).mode;
  return (bits & OTHERS_WRITE) === 0
    ? here.ok('data-dir', HERE.dataDir, { dir })
    : here.fail('data-dir', HERE.dataDirMode, { dir, mode: octal(bits) }, HERE.dataDirModeDo);
}

const octal = (bits: number): string => (bits & 0o7777).toString(8).padStart(4, '0');
