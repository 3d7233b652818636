import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';
import { synthesise } from '../../infra/synth.ts';
import { openWorkshop, type Workshop } from './entries.ts';
import { ofType, readTemplate, text, type Template } from './template.ts';

const certificate = 'arn:aws:acm:eu-west-1:123456789012:certificate/0a1b';
const settings: Readonly<Record<string, string>> = {
  apiDomain: 'api.example.com', apiCertificate: certificate, mdmDomain: 'mdm.example.com', mdmCertificate: certificate, mdmTruststore: 's3://our-bucket/wavecast/authorities.pem',
  edgeDomain: 'apps.example.com', edgeCertificate: certificate.replace('eu-west-1', 'us-east-1'),
};

/** An installation under names of one's own, devices by mutual TLS. It must pass what every synthesis passes: synthesise() throws otherwise. */
let workshop: Workshop;
let service: Template;
beforeAll(async () => {
  workshop = openWorkshop();
  const outdir = join(workshop.dir, 'cdk.out');
  await synthesise({ config: readConfig((name) => settings[name], 'test'), entriesDir: workshop.entriesDir, outdir, bundleDir: join(workshop.dir, 'bundles') });
  service = readTemplate(join(outdir, 'Service.template.json'));
});
afterAll(() => { workshop.remove(); });

const variableOf = (name: string, variable: string): string => {
  const found = ofType(service, 'AWS::Lambda::Function').find(({ id }) => id.startsWith(`${name}Function`));
  return text((found?.properties['Environment'] as { readonly Variables: Readonly<Record<string, unknown>> }).Variables[variable]);
};

describe('an installation under names of its own', () => {
  it('lets devices that are enrolled come by mutual TLS under one, and everybody else under another', () => {
    const names = ofType(service, 'AWS::ApiGatewayV2::DomainName').map(({ properties }) => [properties['DomainName'], properties['MutualTlsAuthentication']]);
    expect(names).toEqual([['api.example.com', undefined], ['mdm.example.com', { TruststoreUri: expect.anything() as unknown }]]);
    expect(text(ofType(service, 'AWS::ApiGatewayV2::DomainName')[1]?.properties['MutualTlsAuthentication'])).toContain('s3://our-bucket/wavecast/authorities.pem');
    expect(ofType(service, 'AWS::ApiGatewayV2::ApiMapping')).toHaveLength(2);
  });

  it('closes the door that asks for no certificate', () => {
    expect(ofType(service, 'AWS::ApiGatewayV2::Api')[0]?.properties['DisableExecuteApiEndpoint']).toBe(true);
  });

  it('tells devices in their profiles where to come, and people where to enrol', () => {
    for (const name of ['Enrol', 'Command']) {
      expect(variableOf(name, 'MDM_URL')).toContain('https://mdm.example.com');
      expect(variableOf(name, 'API_URL')).toContain('https://api.example.com');
    }
  });
});
