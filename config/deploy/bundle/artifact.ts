/** Folder of what a deployment is made of; ignored by git. */
export const BUILD_FOLDER = '.build';

/** Where the zip of a function is, from the project's root; `functionKey` as under `functions` of serverless.ts. */
export function artifactOf(functionKey: string, folder: string = BUILD_FOLDER): string {
  return `${folder}/${functionKey}.zip`;
}
