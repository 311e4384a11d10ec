"""Looks at a chart as `helm lint --strict` and `helm template` do, and holds what it makes against the schemas of Kubernetes.

Usage: chart.py CHART VALUES.json. Prints what the chart makes; exits with 1 when anything is wrong, and says what.
"""

import json
import sys

import helm_python
import kubernetes_validate
import yaml
from helm_python.chart import lint

# The oldest version that the chart is for, and the newest that there are schemas of.
VERSIONS = ["1.29.0", kubernetes_validate.latest_version()]
# What others than Kubernetes itself define.
OTHERS = {"monitoring.coreos.com/v1"}


def complaints(chart_dir, values):
    """Everything that is wrong, as sentences; and what the chart makes."""
    report = lint(chart_dir, values, strict=True, namespace="keystead")
    # An icon is for catalogues of charts; this one is in none.
    told = [one for one in report["messages"] if "icon is recommended" not in one["error"]]
    found = [f"lint: {one['path']}: {one['error']}" for one in told if one["severity"] > 1]
    try:
        with helm_python.Chart.load(chart_dir) as chart:
            chart.validate_schema(values)
            made = chart.render(values, name="keystead", namespace="keystead", is_install=True)
    except helm_python.HelmError as error:
        return found + [f"render: {error}"], {}
    for path, text in made.items():
        if path.endswith("NOTES.txt"):
            continue
        try:
            resources = [one for one in yaml.safe_load_all(text) if one]
        except yaml.YAMLError as error:
            found.append(f"{path}: {error}")
            continue
        for resource in resources:
            found += [f"{path}: {says}" for says in against_schemas(resource)]
    return found, made


def against_schemas(resource):
    """What Kubernetes has against one resource."""
    if resource.get("apiVersion") in OTHERS:
        return
    for version in VERSIONS:
        try:
            kubernetes_validate.validate(resource, version, strict=True)
        except kubernetes_validate.ValidationError as error:
            where = ".".join(str(part) for part in error.path)
            yield f"{resource.get('kind')} {version}: {where}: {error.message}"
        except (kubernetes_validate.SchemaNotFoundError, kubernetes_validate.InvalidSchemaError) as error:
            yield f"{resource.get('kind')} {version}: {error}"


def main():
    chart_dir, values_file = sys.argv[1:]
    with open(values_file, encoding="utf-8") as file:
        values = json.load(file)
    found, made = complaints(chart_dir, values)
    for path in sorted(made):
        print(f"# {path}\n{made[path]}")
    for complaint in found:
        print(complaint, file=sys.stderr)
    return 1 if found else 0


sys.exit(main())
