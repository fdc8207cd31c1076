export { QueueDriver } from "./drive_queue.ts";
export { serveQueue } from "./serve_queue.ts";
export { ProcessGroup } from "./process_group.ts";
export { QueueLead } from "./queue_lead.ts";
export { Server } from "./server.ts";
