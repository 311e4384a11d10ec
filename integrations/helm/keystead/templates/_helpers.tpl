{{- define "keystead.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "keystead.labels" -}}
{{ include "keystead.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "keystead.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "keystead.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}
{{- end }}

{{/* What every container may do: nothing that it does not need. */}}
{{- define "keystead.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "keystead.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
fsGroupChangePolicy: OnRootMismatch
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* A role that gets the database's URL to read it: control writes, verify only reads. */}}
{{- define "keystead.databaseSecret" -}}
{{- if eq .role "verify" -}}
secretName: {{ .Values.secrets.database.verifyName | default .Values.secrets.database.name }}
items: [{key: {{ .Values.secrets.database.verifyKey }}, path: database-url}]
{{- else -}}
secretName: {{ .Values.secrets.database.name }}
items: [{key: {{ .Values.secrets.database.key }}, path: database-url}]
{{- end }}
{{- end }}

{{/* The processes of a role. Called with the chart's values, and role, settings (of the role) and ports. */}}
{{- define "keystead.processes" -}}
{{- $name := printf "%s-%s" (include "keystead.name" .) .role -}}
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: {{ $name }}
  labels:
    {{- include "keystead.labels" . | nindent 4 }}
    app.kubernetes.io/component: {{ .role }}
spec:
  # Names that stay: each process is a node of the fleet under its pod's name, and its folder says which process it was before.
  serviceName: {{ $name }}-nodes
  replicas: {{ .settings.replicas }}
  podManagementPolicy: Parallel
  updateStrategy:
    type: RollingUpdate
  selector:
    matchLabels:
      {{- include "keystead.selector" . | nindent 6 }}
      app.kubernetes.io/component: {{ .role }}
  template:
    metadata:
      labels:
        {{- include "keystead.labels" . | nindent 8 }}
        app.kubernetes.io/component: {{ .role }}
        {{- with .Values.podLabels }}{{ toYaml . | nindent 8 }}{{ end }}
      annotations:
        # Another configuration is another start.
        keystead/config: {{ .Values.config | sha256sum }}
        {{- with .Values.podAnnotations }}{{ toYaml . | nindent 8 }}{{ end }}
    spec:
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ .Values.terminationGracePeriodSeconds }}
      securityContext:
        {{- include "keystead.podSecurity" . | nindent 8 }}
      {{- with .Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "keystead.selector" . | nindent 14 }}
              app.kubernetes.io/component: {{ .role }}
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "keystead.selector" . | nindent 14 }}
              app.kubernetes.io/component: {{ .role }}
      {{- with .settings.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .settings.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .settings.affinity }}
      affinity:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      initContainers:
        # The program wants the pepper in its folder, for itself alone (0600); what Kubernetes mounts is the group's too.
        - name: pepper
          image: {{ include "keystead.image" . }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          command: ["/bin/sh", "-euc"]
          args:
            - >-
              install -d -m 0700 /var/lib/keystead/data;
              install -m 0600 /run/secrets/keystead/pepper/pepper /var/lib/keystead/data/pepper.new;
              mv -f /var/lib/keystead/data/pepper.new /var/lib/keystead/data/pepper
          securityContext:
            {{- include "keystead.containerSecurity" . | nindent 12 }}
          resources:
            requests: {cpu: 10m, memory: 16Mi}
            limits: {memory: 64Mi}
          volumeMounts:
            - {name: data, mountPath: /var/lib/keystead}
            - {name: pepper, mountPath: /run/secrets/keystead/pepper, readOnly: true}
      containers:
        - name: keystead
          image: {{ include "keystead.image" . }}
          imagePullPolicy: {{ .Values.image.pullPolicy }}
          args: ["serve", "--config", "/etc/keystead/keystead.toml", "--role", {{ .role | quote }}]
          env:
            - {name: KEYSTEAD__DATA_DIR, value: /var/lib/keystead/data}
            - {name: KEYSTEAD__DATABASE_URL_FILE, value: /run/secrets/keystead/database/database-url}
            - name: KEYSTEAD__NODE__NAME
              valueFrom: {fieldRef: {fieldPath: metadata.name}}
            - {name: KEYSTEAD__LISTEN__PUBLIC, value: "0.0.0.0:8080"}
            - {name: KEYSTEAD__LISTEN__GATEWAY, value: "0.0.0.0:8081"}
            - {name: KEYSTEAD__LISTEN__ENVOY, value: "0.0.0.0:8082"}
            - {name: KEYSTEAD__LISTEN__OPS, value: "0.0.0.0:9090"}
            - {name: KEYSTEAD__GATEWAY__LEASE, value: {{ .Values.gateway.lease | quote }}}
            - {name: KEYSTEAD__GATEWAY__SERVE_STALE, value: {{ .Values.gateway.serveStale | quote }}}
            {{- if eq .role "verify" }}
            - {name: KEYSTEAD__NODE__CONTROL_URL, value: {{ .Values.verify.controlUrl | default (printf "http://%s-public:%v" (include "keystead.name" .) .Values.service.public.port) | quote }}}
            - {name: KEYSTEAD__NODE__CREDENTIAL_FILE, value: /run/secrets/keystead/node-credential}
            {{- if .Values.secrets.gatewayToken.name }}
            - {name: KEYSTEAD__GATEWAY__TOKEN_FILE, value: /run/secrets/keystead/gateway/{{ .Values.secrets.gatewayToken.key }}}
            {{- end }}
            {{- if .Values.secrets.identityKey.name }}
            - {name: KEYSTEAD__GATEWAY__IDENTITY_KEY_FILE, value: /run/secrets/keystead/identity/{{ .Values.secrets.identityKey.key }}}
            {{- end }}
            {{- else if .Values.trustedProxies }}
            - {name: KEYSTEAD__PUBLIC__TRUSTED_PROXIES, value: {{ join "," .Values.trustedProxies | quote }}}
            {{- end }}
          ports:
            {{- range .ports }}
            - {name: {{ .name }}, containerPort: {{ .port }}}
            {{- end }}
            - {name: ops, containerPort: 9090}
          # Loading takes some seconds for a million pairs.
          startupProbe:
            httpGet: {path: /healthz, port: ops}
            periodSeconds: 2
            failureThreshold: 300
          # Only whether the process answers: one whose database is away knows more than one that has just been started.
          livenessProbe:
            httpGet: {path: /healthz, port: ops}
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          readinessProbe:
            httpGet: {path: /readyz, port: ops}
            periodSeconds: 2
            failureThreshold: 2
          lifecycle:
            # Until nobody sends anything here any more.
            preStop: {exec: {command: ["sleep", "5"]}}
          securityContext:
            {{- include "keystead.containerSecurity" . | nindent 12 }}
          resources:
            {{- toYaml .settings.resources | nindent 12 }}
          volumeMounts:
            - {name: data, mountPath: /var/lib/keystead}
            - {name: config, mountPath: /etc/keystead, readOnly: true}
            - {name: database, mountPath: /run/secrets/keystead/database, readOnly: true}
            {{- if eq .role "verify" }}
            # Its own credential and nobody else's.
            - {name: node-credentials, mountPath: /run/secrets/keystead/node-credential, subPathExpr: $(KEYSTEAD__NODE__NAME), readOnly: true}
            {{- if .Values.secrets.gatewayToken.name }}
            - {name: gateway-token, mountPath: /run/secrets/keystead/gateway, readOnly: true}
            {{- end }}
            {{- if .Values.secrets.identityKey.name }}
            - {name: identity-key, mountPath: /run/secrets/keystead/identity, readOnly: true}
            {{- end }}
            {{- end }}
            {{- range .Values.extraSecrets }}
            - {name: extra-{{ .name }}, mountPath: /run/secrets/keystead/{{ .name }}, readOnly: true}
            {{- end }}
      volumes:
        - name: config
          configMap: {name: {{ include "keystead.name" . }}}
        - name: pepper
          secret:
            secretName: {{ .Values.secrets.pepper.name }}
            items: [{key: {{ .Values.secrets.pepper.key }}, path: pepper}]
        - name: database
          secret:
            {{- include "keystead.databaseSecret" . | nindent 12 }}
        {{- if eq .role "verify" }}
        - name: node-credentials
          secret: {secretName: {{ .Values.secrets.nodeCredentials }}}
        {{- with .Values.secrets.gatewayToken.name }}
        - name: gateway-token
          secret: {secretName: {{ . }}}
        {{- end }}
        {{- with .Values.secrets.identityKey.name }}
        - name: identity-key
          secret: {secretName: {{ . }}}
        {{- end }}
        {{- end }}
        {{- range .Values.extraSecrets }}
        - name: extra-{{ .name }}
          secret: {secretName: {{ .name }}}
        {{- end }}
        {{- if not .Values.persistence.enabled }}
        - name: data
          emptyDir: {}
        {{- end }}
  {{- if .Values.persistence.enabled }}
  volumeClaimTemplates:
    - metadata:
        name: data
      spec:
        accessModes: [{{ .Values.persistence.accessMode }}]
        {{- with .Values.persistence.storageClass }}
        storageClassName: {{ . }}
        {{- end }}
        resources:
          requests: {storage: {{ .Values.persistence.size }}}
  {{- end }}
{{- end }}
