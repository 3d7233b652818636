/** The names of all checks of a package and of its placement, in the order in which they are made: whoever shows them can know them all. */
export const checkNames = [
  'Distribution', 'Package name', 'Version', 'Build', 'File while registered',
  'File name', 'File unchanged', 'Served copy',
  'Manifest address', 'Manifest certificate', 'Manifest download', 'Manifest content type', 'Manifest content',
  'Package name in the manifest', 'Version in the manifest', 'Title in the manifest', 'Digests in the manifest',
  'Package address', 'Package certificate', 'Package download', 'Link lifetime', 'Content type', 'Size', 'Resumable download', 'Resumed download',
  'Whole download', 'Digest', 'Digests of the parts', 'Package content',
  'Package name in the file', 'Version in the file', 'Title in the file', 'Provisioning profile',
] as const;
export type CheckName = (typeof checkNames)[number];
