import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateSecretCommand, DescribeSecretCommand, GetSecretValueCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { generateSecretString } from '../../../local/secrets/generate.ts';
import { createSecrets, type LocalSecrets } from '../../../local/secrets/service.ts';
import { account, allow, clientSettings, region, rejection, role, startRig, type Rig } from '../aws/rig.ts';

let rig: Rig;
let secrets: LocalSecrets;
let client: SecretsManagerClient;
let folder: string;

async function start(): Promise<void> {
  rig = await startRig((clock) => {
    secrets = createSecrets({ folder, clock, region, account });
    return [secrets.service];
  });
  client = new SecretsManagerClient(clientSettings(rig));
}
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wavecast-secrets-'));
  await start();
});
afterEach(async () => {
  await rig.port.close();
  rmSync(folder, { recursive: true });
});

const get = (SecretId: string, more = {}) => client.send(new GetSecretValueCommand({ SecretId, ...more }));
const put = (SecretId: string, SecretString: string, more = {}) => client.send(new PutSecretValueCommand({ SecretId, SecretString, ...more }));

describe('a secret', () => {
  it('keeps its current and its previous value', async () => {
    await client.send(new CreateSecretCommand({ Name: 'push/certificate', SecretString: 'one' }));
    await put('push/certificate', 'two');
    await put('push/certificate', 'three');
    expect((await get('push/certificate')).SecretString).toBe('three');
    expect((await get('push/certificate', { VersionStage: 'AWSPREVIOUS' })).SecretString).toBe('two');
    const { VersionIdsToStages = {} } = await client.send(new DescribeSecretCommand({ SecretId: 'push/certificate' }));
    expect(Object.values(VersionIdsToStages).sort()).toEqual([['AWSCURRENT'], ['AWSPREVIOUS']]);
  });

  it('is found by name, by ARN and by ARN without suffix', async () => {
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: 'a-b', SecretString: 'x' }));
    expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-west-1:000000000000:secret:a-b-[A-Za-z0-9]{6}$/);
    for (const id of ['a-b', ARN, ARN.slice(0, -7)]) expect((await get(id)).SecretString).toBe('x');
  });

  it('holds bytes as well', async () => {
    await client.send(new CreateSecretCommand({ Name: 'bytes', SecretBinary: Buffer.from([0, 255]) }));
    expect(Buffer.from((await get('bytes')).SecretBinary ?? [])).toEqual(Buffer.from([0, 255]));
  });

  it('repeated with the same token is the same version; another value with it is refused', async () => {
    const ClientRequestToken = randomUUID();
    await client.send(new CreateSecretCommand({ Name: 's', SecretString: 'zero' }));
    const one = await put('s', 'one', { ClientRequestToken });
    expect((await put('s', 'one', { ClientRequestToken })).VersionId).toBe(one.VersionId);
    expect((await rejection(put('s', 'two', { ClientRequestToken }))).name).toBe('ResourceExistsException');
    expect((await get('s')).SecretString).toBe('one');
  });

  it('is created once, and again by the same token only', async () => {
    const same = { Name: 's', SecretString: 'x', ClientRequestToken: randomUUID() };
    await client.send(new CreateSecretCommand(same));
    await client.send(new CreateSecretCommand(same));
    expect((await rejection(client.send(new CreateSecretCommand({ Name: 's', SecretString: 'x' })))).name).toBe('ResourceExistsException');
  });

  it('without a value, and one that is not there, are ResourceNotFoundException, in AWS’s words', async () => {
    secrets.ensure({ name: 'empty' });
    expect(await rejection(get('empty'))).toMatchObject({ name: 'ResourceNotFoundException', message: "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT" });
    expect(await rejection(get('none'))).toMatchObject({ name: 'ResourceNotFoundException', message: "Secrets Manager can't find the specified secret." });
  });

  it('survives a restart; the template does not overwrite it', async () => {
    const arn = secrets.ensure({ name: 'kept', generate: { PasswordLength: 20 } });
    const before = (await get(arn)).SecretString;
    await rig.port.close();
    writeFileSync(join(folder, 'half-written.json.new'), 'x');
    await start();
    expect(secrets.ensure({ name: 'kept', generate: {} })).toBe(arn);
    expect((await get('kept')).SecretString).toBe(before);
    expect(readdirSync(folder).filter((file) => file.endsWith('.new'))).toEqual([]);
  });

  it('lies in files that only their owner reads, in none of whose names it shows', async () => {
    secrets.ensure({ name: 'signing/key', secretString: 'k' });
    await put('signing/key', 'l');
    const [file = '', ...more] = readdirSync(folder);
    expect(more).toEqual([]);
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    expect(file).not.toContain('signing');
    expect(readFileSync(join(folder, file), 'utf8')).toContain('"l"');
  });

  it('is open to roles by its ARN', async () => {
    const mine = secrets.ensure({ name: 'mine', secretString: 'x' });
    secrets.ensure({ name: 'other', secretString: 'y' });
    const reader = new SecretsManagerClient(clientSettings(rig, role(rig, 'reader', allow('secretsmanager:GetSecretValue', mine))));
    expect((await reader.send(new GetSecretValueCommand({ SecretId: 'mine' }))).SecretString).toBe('x');
    expect((await rejection(reader.send(new GetSecretValueCommand({ SecretId: 'other' })))).name).toBe('AccessDeniedException');
    expect((await rejection(reader.send(new PutSecretValueCommand({ SecretId: 'mine', SecretString: 'z' })))).name).toBe('AccessDeniedException');
  });
});

describe('a generated secret', () => {
  it('follows the template’s rules', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 60 }), fc.string({ maxLength: 5 }), fc.boolean(), fc.boolean(), (PasswordLength, ExcludeCharacters, ExcludePunctuation, ExcludeNumbers) => {
        const password = generateSecretString({ PasswordLength, ExcludeCharacters, ExcludePunctuation, ExcludeNumbers });
        expect(password).toHaveLength(PasswordLength);
        expect(Array.from(ExcludeCharacters).some((character) => password.includes(character))).toBe(false);
        expect(/[a-z]/.test(password) && /[A-Z]/.test(password)).toBe(true);
        expect(/[0-9]/.test(password)).toBe(!ExcludeNumbers);
        expect(/[^A-Za-z0-9]/.test(password)).toBe(!ExcludePunctuation);
      }),
    );
  });

  it('goes into the template’s JSON', () => {
    const text = generateSecretString({ SecretStringTemplate: '{"user":"wavecast"}', GenerateStringKey: 'password', ExcludePunctuation: true });
    expect(JSON.parse(text)).toEqual({ user: 'wavecast', password: expect.stringMatching(/^[A-Za-z0-9]{32}$/) as string });
  });

  it('is refused when no password can follow the rules', () => {
    expect(() => generateSecretString({ PasswordLength: 2 })).toThrow(RangeError);
  });
});
