import { escrowBugs } from "./escrowBugs.ts";
import { marketBugs } from "./marketBugs.ts";
import type { PlantedBug } from "./plantedBug.ts";
import { trustBugs } from "./trustBugs.ts";

export const plantedBugs: readonly PlantedBug[] = [...escrowBugs, ...marketBugs, ...trustBugs];
