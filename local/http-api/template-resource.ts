import type { CloudResource } from '../template/template.ts';

/** What the readers of the template take of a resource; references to it in other resources are its `ref`. */
export type TemplateResource = Pick<CloudResource, 'logicalId' | 'ref' | 'type' | 'properties'>;
