/* global L */
import { Component, onMounted, onWillStart, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { loadBundle } from "@web/core/assets";
import { deserializeDateTime, formatDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { useSetupAction } from "@web/search/action_hook";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { locate } from "../visit/position";
import { clusterPoints, COLORINGS, navigationUrl } from "./map_points";

const SQUARE = 48; // pixels: customers nearer to each other are drawn as one circle
const ROUTE_COLOR = "#714b67";

/** Customers on a map, with the route of a day; drawn without any other server unless the company names one for tiles. */
export class VisitMap extends Component {
    static template = "sales_tracking.VisitMap";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.notification = useService("notification");
        this.display = { controlPanel: {} };
        this.root = useRef("map");
        this.state = useState({ coloring: "days", data: null });
        this.colorings = Object.entries(COLORINGS).map(([key, { label }]) => ({ key, label }));
        useSetupAction();
        onWillStart(async () => {
            await Promise.all([loadBundle("sales_tracking.assets_map"), this.load()]);
        });
        onMounted(() => this.draw());
        useEffect(
            () => this.drawData(),
            () => [this.state.data, this.state.coloring]
        );
        onWillUnmount(() => this.map?.remove());
    }

    async load(parameters = {}) {
        this.state.data = await this.orm.call("sales.visit", "get_visit_map", [], parameters);
    }

    get coloring() {
        return COLORINGS[this.state.coloring];
    }

    get legend() {
        return this.coloring.legend(this.state.data.customers);
    }

    get route() {
        return this.state.data.route.filter(({ latitude }) => latitude !== false);
    }

    get navigation() {
        return navigationUrl(this.state.data.route);
    }

    onPerson(ev) {
        return this.reload({ user_id: parseInt(ev.target.value) });
    }

    onDay(ev) {
        return ev.target.value && this.reload({ day: ev.target.value });
    }

    reload(changed = {}) {
        const { user_id, day } = this.state.data;
        return this.load({ user_id, day, ...changed });
    }

    draw() {
        this.map = L.map(this.root.el, { preferCanvas: true, zoomControl: true, attributionControl: false });
        L.control.scale({ imperial: false }).addTo(this.map);
        this.layers = { customers: L.layerGroup(), route: L.layerGroup(), positions: L.layerGroup() };
        Object.values(this.layers).forEach((layer) => layer.addTo(this.map));
        const { tiles, attribution } = this.state.data;
        if (tiles) {
            L.tileLayer(tiles, { maxZoom: 19 }).addTo(this.map);
            if (attribution) {
                const place = document.createElement("span");
                place.textContent = attribution;
                L.control.attribution({ prefix: false }).addAttribution(place.innerHTML).addTo(this.map);
            }
        }
        this.fit();
        this.map.on("zoomend moveend", () => this.drawCustomers());
        this.drawData();
    }

    drawData() {
        if (this.map) {
            this.drawCustomers();
            this.drawRoute();
            this.drawPositions();
        }
    }

    /** The whole of what there is to see; the route alone where there is one. */
    fit() {
        const { customers, route, positions } = this.state.data;
        const stops = route.filter(({ latitude }) => latitude !== false);
        const shown = stops.length ? stops : [...customers, ...positions];
        if (shown.length) {
            const bounds = L.latLngBounds(shown.map(({ latitude, longitude }) => [latitude, longitude]));
            this.map.fitBounds(bounds, { padding: [32, 32], maxZoom: 16 });
        } else {
            this.map.setView([0, 0], 2);
        }
    }

    /** Only what is in sight is drawn, and near customers as one circle: thousands of them stay fluid. */
    drawCustomers() {
        const bounds = this.map.getBounds().pad(0.1);
        const points = [];
        for (const customer of this.state.data.customers) {
            const position = L.latLng(customer.latitude, customer.longitude);
            if (bounds.contains(position)) {
                const { x, y } = this.map.project(position);
                points.push({ x, y, position, customer });
            }
        }
        this.layers.customers.clearLayers();
        for (const cluster of clusterPoints(points, SQUARE)) {
            if (cluster.length > 1 && this.map.getZoom() < this.map.getMaxZoom()) {
                this.drawCluster(cluster);
            } else {
                cluster.forEach(({ customer, position }) => this.drawCustomer(customer, position));
            }
        }
    }

    drawCustomer(customer, position) {
        L.circleMarker(position, {
            radius: 8,
            weight: 2,
            color: "#fff",
            fillColor: this.coloring.color(customer),
            fillOpacity: 1,
        })
            .bindPopup(() => this.popup(customer.name, this.linesOf(customer), "res.partner", customer.id))
            .addTo(this.layers.customers);
    }

    drawCluster(cluster) {
        const colors = cluster.map(({ customer }) => this.coloring.color(customer));
        const counts = Map.groupBy ? Map.groupBy(colors, (color) => color) : group(colors);
        const [color] = [...counts.entries()].sort(([, a], [, b]) => b.length - a.length)[0];
        const middle = L.latLngBounds(cluster.map(({ position }) => position));
        L.marker(middle.getCenter(), { icon: circle(cluster.length, color), keyboard: false })
            .on("click", () => this.map.fitBounds(middle, { padding: [32, 32], maxZoom: this.map.getZoom() + 4 }))
            .addTo(this.layers.customers);
    }

    drawRoute() {
        this.layers.route.clearLayers();
        const { start } = this.state.data;
        const places = this.route.map(({ latitude, longitude }) => [latitude, longitude]);
        if (places.length) {
            const way = start ? [start, ...places] : places;
            L.polyline(way, { color: ROUTE_COLOR, weight: 3, opacity: 0.7 }).addTo(this.layers.route);
        }
        this.route.forEach((stop, index) => {
            const color = stop.state === "done" ? "#28a745" : ROUTE_COLOR;
            L.marker([stop.latitude, stop.longitude], { icon: circle(index + 1, color, "o_visit_map_stop"), zIndexOffset: 1000 })
                .bindPopup(() => this.popup(stop.name, [timeOf(stop.time)], "sales.visit", stop.id))
                .addTo(this.layers.route);
        });
    }

    drawPositions() {
        this.layers.positions.clearLayers();
        for (const { id, name, since, latitude, longitude } of this.state.data.positions) {
            const line = _t("Last check-in %s", deserializeDateTime(since).toRelative());
            L.marker([latitude, longitude], { icon: circle("", "#0d6efd", "o_visit_map_person fa fa-user"), zIndexOffset: 500 })
                .bindPopup(() => this.popup(name, [line], "sales.visit", id))
                .addTo(this.layers.positions);
        }
    }

    linesOf({ city, days, overdue, class: name }) {
        return [
            city,
            name && _t("Class %s", name),
            days === false ? _t("Never visited") : _t("Last visit %s days ago", days),
            overdue > 0 && _t("%s days overdue", overdue),
        ].filter(Boolean);
    }

    popup(title, lines, model, id) {
        const content = document.createElement("div");
        const heading = content.appendChild(document.createElement("a"));
        heading.className = "fw-bold";
        heading.href = "#";
        heading.textContent = title;
        heading.addEventListener("click", (ev) => {
            ev.preventDefault();
            this.action.doAction({
                type: "ir.actions.act_window",
                res_model: model,
                res_id: id,
                views: [[false, "form"]],
            });
        });
        for (const line of lines) {
            content.appendChild(document.createElement("div")).textContent = line;
        }
        return content;
    }

    /** Where the device is, when its person asks. */
    async showOwnPosition() {
        const { latitude, longitude, accuracy, problem } = await locate();
        if (problem) {
            this.notification.add(problem, { type: "warning" });
            return;
        }
        this.layers.own?.remove();
        this.layers.own = L.layerGroup([
            L.circle([latitude, longitude], { radius: accuracy, weight: 1 }),
            L.circleMarker([latitude, longitude], { radius: 6, weight: 2, color: "#fff", fillColor: "#0d6efd", fillOpacity: 1 }),
        ]).addTo(this.map);
        this.map.setView([latitude, longitude], Math.max(this.map.getZoom(), 15));
    }
}

function group(values) {
    const groups = new Map();
    values.forEach((value) => groups.set(value, [...(groups.get(value) || []), value]));
    return groups;
}

function circle(text, color, className = "o_visit_map_cluster") {
    return L.divIcon({
        className: "",
        iconSize: [30, 30],
        html: `<div class="o_visit_map_circle ${className}" style="background-color: ${color}">${text}</div>`,
    });
}

function timeOf(moment) {
    return formatDateTime(deserializeDateTime(moment), { showSeconds: false });
}

registry.category("actions").add("sales_visit_map", VisitMap);
