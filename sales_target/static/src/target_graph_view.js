import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { GraphModel } from "@web/views/graph/graph_model";
import { graphView } from "@web/views/graph/graph_view";

/** Draws the targets as a line over the bars of what was reached. */
export class TargetGraphModel extends GraphModel {
    async _loadDataPoints(metaData) {
        const isComparable = metaData.measure === "actual" && metaData.groupBy.length === 1;
        const [result, targets] = await Promise.all([
            super._loadDataPoints(metaData),
            isComparable ? super._loadDataPoints({ ...metaData, measure: "amount" }) : [[]],
        ]);
        this.targets = new Map(targets[0].map((point) => [point.identifier, point]));
        return result;
    }

    _getLineOverlayDataset() {
        if (!this.targets.size) {
            return super._getLineOverlayDataset();
        }
        const { labels } = this.data;
        const data = new Array(labels.length).fill(null);
        const currencyIds = [];
        for (const { identifier, labelIndex } of this.dataPoints) {
            const target = this.targets.get(identifier);
            if (target && labelIndex !== undefined) {
                data[labelIndex] = target.value === false ? null : target.value;
                currencyIds[labelIndex] = target.currencyId;
            }
        }
        return { label: _t("Target"), data, currencyIds, trueLabels: labels };
    }
}

registry.category("views").add("sales_target_graph", { ...graphView, Model: TargetGraphModel });
