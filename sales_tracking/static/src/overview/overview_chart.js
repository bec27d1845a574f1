import { Component, onWillStart, useEffect, useRef } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { cookie } from "@web/core/browser/cookie";
import { getColor } from "@web/core/colors/colors";
import { formatFigure } from "./figures";

const { DateTime } = luxon;

/** A chart of the Overview: months beside each other, or a ranking. Its values are in a table for screen readers. */
export class OverviewChart extends Component {
    static template = "sales_tracking.OverviewChart";
    static props = {
        chart: Object,
        currencyId: Number,
        onOpen: Function,
    };

    setup() {
        this.canvas = useRef("canvas");
        onWillStart(() => loadBundle("web.chartjs_lib"));
        useEffect(
            (canvas) => {
                if (!canvas) {
                    return;
                }
                const chart = new Chart(canvas, this.config());
                return () => chart.destroy();
            },
            () => [this.canvas.el, this.props.chart]
        );
    }

    get labels() {
        const { kind, labels } = this.props.chart;
        return kind === "bar" ? labels.map((day) => DateTime.fromISO(day).toFormat("LLL yy")) : labels;
    }

    get isEmpty() {
        return this.props.chart.series.every(({ values }) => values.every((value) => !value));
    }

    figure(value, options) {
        return formatFigure(value, this.props.chart.unit, this.props.currencyId, options);
    }

    config() {
        const { kind, series } = this.props.chart;
        const scheme = cookie.get("color_scheme");
        const isRanking = kind === "ranking";
        const figures = {
            beginAtZero: true,
            ticks: { maxTicksLimit: 5, callback: (value) => this.figure(value, { humanReadable: true }) },
        };
        return {
            type: "bar",
            data: {
                labels: this.labels,
                datasets: series.map(({ label, values }, index) => ({
                    label,
                    data: values,
                    backgroundColor: getColor(index, scheme, series.length),
                    maxBarThickness: 28,
                })),
            },
            options: {
                animation: false,
                indexAxis: isRanking ? "y" : "x",
                maintainAspectRatio: false,
                onClick: () => this.props.onOpen(this.props.chart.action),
                plugins: {
                    legend: { display: series.length > 1 },
                    tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${this.figure(item.raw)}` } },
                },
                scales: isRanking ? { x: figures } : { y: figures },
            },
        };
    }
}
