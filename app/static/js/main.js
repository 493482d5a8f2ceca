// Every page works without these modules; each finds its own hooks (data-…) and adds comfort.

import { enhanceCopyButtons } from "./copy.js";
import { enhanceFileDrops } from "./file_drop.js";
import { focusErrorSummary } from "./focus.js";
import { forgetSending } from "./history.js";
import { enhanceMenu } from "./menu.js";
import { enhancePrintButtons } from "./print.js";
import { followProgress } from "./progress.js";

enhanceMenu(document);
focusErrorSummary(document);
enhanceFileDrops(document);
enhanceCopyButtons(document);
enhancePrintButtons(document);
followProgress(document);
forgetSending(document);
