/**
 * A response headers policy as headers. Source: CloudFront developer guide, "Understand response headers policies". Refused is what
 * is not modelled: CORS, removed headers, and values that give way to the origin's.
 */
import * as z from 'zod';

const override = z.object({ Override: z.literal(true) });
const policy = z.strictObject({
  Name: z.string(), Comment: z.string().optional(),
  SecurityHeadersConfig: z.strictObject({
    ContentSecurityPolicy: override.extend({ ContentSecurityPolicy: z.string() }).optional(),
    ContentTypeOptions: override.optional(),
    FrameOptions: override.extend({ FrameOption: z.string() }).optional(),
    ReferrerPolicy: override.extend({ ReferrerPolicy: z.string() }).optional(),
    StrictTransportSecurity: override.extend({ AccessControlMaxAgeSec: z.number(), IncludeSubdomains: z.boolean().default(false), Preload: z.boolean().default(false) }).optional(),
  }).default({}),
  CustomHeadersConfig: z.object({ Items: z.array(override.extend({ Header: z.string(), Value: z.string() })) }).optional(),
});
const resource = z.object({ ResponseHeadersPolicyConfig: policy });

/** Names in lower case. Throws where the policy has a part that is not modelled. */
export function policyHeaders(properties: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const { SecurityHeadersConfig: security, CustomHeadersConfig: custom } = resource.parse(properties).ResponseHeadersPolicyConfig;
  const { StrictTransportSecurity: transport } = security;
  return {
    ...(security.ContentSecurityPolicy === undefined ? {} : { 'content-security-policy': security.ContentSecurityPolicy.ContentSecurityPolicy }),
    ...(security.ContentTypeOptions === undefined ? {} : { 'x-content-type-options': 'nosniff' }),
    ...(security.FrameOptions === undefined ? {} : { 'x-frame-options': security.FrameOptions.FrameOption }),
    ...(security.ReferrerPolicy === undefined ? {} : { 'referrer-policy': security.ReferrerPolicy.ReferrerPolicy }),
    ...(transport === undefined ? {} : { 'strict-transport-security': [`max-age=${transport.AccessControlMaxAgeSec}`, ...(transport.IncludeSubdomains ? ['includeSubDomains'] : []), ...(transport.Preload ? ['preload'] : [])].join('; ') }),
    ...Object.fromEntries((custom?.Items ?? []).map(({ Header, Value }) => [Header.toLowerCase(), Value])),
  };
}
