/** Options of `ADict.fromMmConfig()` and `loadMmConfig()` of a config. */
export interface MmConfigOptions {
  /**
   * The folder of each package of which configs are named, as in `mmdet::faster_rcnn/x.py` or
   * `from mmdet.configs.x import *`: where it is installed, or a clone of its repository.
   *
   * @default {{}}
   */
  searchPaths?: Readonly<Record<string, string | URL>>;
  /**
   * The folder that bases may not leave. Without it they may lie wherever their relative paths
   * lead, as `../_base_/models/resnet50.py` does.
   */
  root?: string | URL;
  /** Receives warnings, one sentence each; by default they are lines on standard error. */
  onWarning?: (message: string) => void;
}
