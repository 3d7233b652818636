import { getSignedUrl } from '@aws-sdk/cloudfront-signer';
import type { PackageLinks } from '../../core/catalog/store.ts';
import { BRANCH_PARAMETER, INSTRUCTION_PARAMETER } from '../../protocol/access-log.ts';
import { instructionName } from '../../protocol/install-link.ts';

export interface PackageLinksOptions {
  /** `https://host` of the communication server. */
  readonly edgeUrl: string;
  /** Id of the public key in CloudFront's key group. */
  readonly keyPairId: string;
  /** PEM of its private key. */
  readonly privateKey: () => Promise<string>;
}

/** Signed with our own key, not with a role's session: such a link is good as long as it says. No request is made. */
export function createPackageLinks({ edgeUrl, keyPairId, privateKey }: PackageLinksOptions): PackageLinks {
  return {
    async packageLink(key, expiresAt, bearer) {
      const path = key.split('/').map(encodeURIComponent).join('/');
      const url = new URL(path, `${edgeUrl.replace(/\/$/, '')}/`);
      if (bearer !== undefined) {
        // Names of one letter, as manifests are many; what stands in the query is signed with the rest.
        url.searchParams.set(INSTRUCTION_PARAMETER, instructionName(bearer));
        url.searchParams.set(BRANCH_PARAMETER, bearer.branchId);
      }
      // CloudFront counts in whole seconds; rounded up, so that a link is never shorter than promised.
      const dateLessThan = new Date(Math.ceil(expiresAt / 1000) * 1000).toISOString();
      return getSignedUrl({ url: url.href, keyPairId, privateKey: await privateKey(), dateLessThan });
    },
  };
}
