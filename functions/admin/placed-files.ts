import { incomingKey } from '../../core/catalog/placement-keys.ts';
import { placedFiles, removable } from '../../core/catalog/placed-files.ts';
import { audit, type Handler } from './admin-call.ts';

export const listFiles: Handler<'listFiles'> = async ({ services, query: { after, limit } }) => {
  const { items, next } = await placedFiles(services, after, limit);
  return {
    items: items.map(({ version, ...file }) => ({
      ...file, ...(version === undefined ? {} : { version: { id: version.id, bundleId: version.bundleId, shortVersion: version.shortVersion, version: version.version, placement: version.placement } }),
    })),
    ...(next === undefined ? {} : { next }),
  };
};

export const removeFile: Handler<'removeFile'> = async (call) => {
  const { services, body: { fileName, force } } = call;
  const { size, version } = await removable(services, fileName, force);
  await audit(call, { action: 'file.remove', subject: fileName, before: { size, ...(version === undefined ? {} : { versionId: version.id }) }, after: { removed: true, ...(force ? { force } : {}) } });
  await services.files.remove(incomingKey(fileName));
  return { fileName, size };
};
