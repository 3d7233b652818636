import { describe, expect, it } from 'vitest';
import { LOCAL_STAGE, readConfig, variableOf } from '../../infra/config.ts';

const given = (settings: Readonly<Record<string, string>>) => readConfig((name) => settings[name], 'production');

describe('the settings of an installation', () => {
  it('have defaults that need nothing from the organisation', () => {
    expect(given({})).toEqual({
      stage: 'production', organisation: 'Wavecast', apnsUrl: 'https://api.push.apple.com', alarmEmail: undefined, logRetentionDays: 90,
      apiDomain: undefined, mdmDomain: undefined, edgeDomain: undefined, consoleDomain: undefined, automation: 'off', legacyScep: 'accept', linkKeys: 1,
    });
  });

  it('give programs a client only where they are asked to, or on a laptop', () => {
    expect(given({ automation: 'operator' }).automation).toBe('operator');
    expect(readConfig(() => undefined, LOCAL_STAGE).automation).toBe('admin');
    expect(given({ stage: LOCAL_STAGE, automation: 'off' }).automation).toBe('off');
  });

  it('turn old SCEP clients away where they are told to', () => {
    expect(given({ legacyScep: 'refuse' }).legacyScep).toBe('refuse');
  });

  it('count the generations of the keys of links from one', () => {
    expect(given({ linkKeys: '2' }).linkKeys).toBe(2);
    for (const wrong of ['0', '1.5', '-1', 'two', '99999']) expect(() => given({ linkKeys: wrong })).toThrow('WAVECAST_LINK_KEYS');
  });

  it('take a name of one\'s own together with its certificate', () => {
    const certificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b';
    expect(given({ edgeDomain: 'apps.example.com', edgeCertificate: certificateArn }).edgeDomain).toEqual({ name: 'apps.example.com', certificateArn });
  });

  it('take a name for devices by mutual TLS together with its certificate, its truststore and a name of the API', () => {
    const certificateArn = 'arn:aws:acm:eu-west-1:123456789012:certificate/0a1b';
    const settings = { apiDomain: 'api.example.com', apiCertificate: certificateArn, mdmDomain: 'mdm.example.com', mdmCertificate: certificateArn, mdmTruststore: 's3://our-bucket/folder/authorities.pem' };
    expect(given(settings).mdmDomain).toEqual({ name: 'mdm.example.com', certificateArn, truststore: { bucket: 'our-bucket', key: 'folder/authorities.pem' } });
    for (const missing of ['apiDomain', 'mdmDomain', 'mdmCertificate', 'mdmTruststore']) {
      const { [missing]: _, ...rest }: Record<string, string> = settings;
      expect(() => given(missing === 'apiDomain' ? { ...rest, apiCertificate: '' } : rest)).toThrow(variableOf(missing));
    }
    expect(() => given({ ...settings, mdmTruststore: 'authorities.pem' })).toThrow('WAVECAST_MDM_TRUSTSTORE');
  });

  it.each([
    [{ stage: 'Production!' }, 'WAVECAST_STAGE'],
    [{ apnsUrl: 'http://api.push.apple.com' }, 'WAVECAST_APNS_URL'],
    [{ apnsUrl: 'https://api.push.apple.com/3' }, 'WAVECAST_APNS_URL'],
    [{ alarmEmail: 'nobody' }, 'WAVECAST_ALARM_EMAIL'],
    [{ logRetentionDays: '8' }, 'WAVECAST_LOG_RETENTION_DAYS'],
    [{ automation: 'root' }, 'WAVECAST_AUTOMATION'],
    [{ legacyScep: 'never' }, 'WAVECAST_LEGACY_SCEP'],
    [{ consoleDomain: 'console.example.com' }, 'WAVECAST_CONSOLE_CERTIFICATE'],
    [{ apiDomain: 'mdm.example.com' }, 'WAVECAST_API_CERTIFICATE'],
    [{ edgeCertificate: 'arn:aws:acm:us-east-1:123456789012:certificate/0a1b' }, 'WAVECAST_EDGE_DOMAIN'],
    [{ apiDomain: 'mdm.example.com', apiCertificate: 'arn:nonsense' }, 'WAVECAST_API_CERTIFICATE'],
  ])('refuse %j and name the variable', (settings, variable) => {
    expect(() => given(settings)).toThrow(variable);
  });

  it('are read from variables named after them', () => {
    expect(variableOf('logRetentionDays')).toBe('WAVECAST_LOG_RETENTION_DAYS');
  });
});
