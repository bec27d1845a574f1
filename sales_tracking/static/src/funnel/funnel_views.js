import { registry } from "@web/core/registry";
import { GraphRenderer } from "@web/views/graph/graph_renderer";
import { graphView } from "@web/views/graph/graph_view";
import { PivotRenderer } from "@web/views/pivot/pivot_renderer";
import { pivotView } from "@web/views/pivot/pivot_view";

/** The funnel has a row for each stage of a lead: what opens are the leads that the figure counts. */
function counted(domain, measure) {
    return [...domain, [measure === "lost" ? "lost" : "reached", "=", 1]];
}

/** Draws the stages below each other, as a funnel. */
export class FunnelGraphRenderer extends GraphRenderer {
    prepareOptions() {
        const options = super.prepareOptions();
        if (this.model.metaData.mode === "bar") {
            const { x, y } = options.scales;
            Object.assign(options, { indexAxis: "y", scales: { x: y, y: x } });
        }
        return options;
    }

    openView(domain, ...args) {
        super.openView(counted(domain, this.model.metaData.measure), ...args);
    }
}

export class FunnelPivotRenderer extends PivotRenderer {
    onOpenView(cell, ...args) {
        this.openedMeasure = cell.measure;
        super.onOpenView(cell, ...args);
    }

    openView(domain, ...args) {
        super.openView(counted(domain, this.openedMeasure), ...args);
    }
}

registry.category("views").add("sales_funnel_graph", { ...graphView, Renderer: FunnelGraphRenderer });
registry.category("views").add("sales_funnel_pivot", { ...pivotView, Renderer: FunnelPivotRenderer });
