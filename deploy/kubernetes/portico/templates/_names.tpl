{{- define "portico.fullname" -}}
{{- if contains "portico" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-portico" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{/* The labels that choose the pods of a process, or with (list . "") those of all. */}}
{{- define "portico.selector" -}}
{{- $root := index . 0 -}}
{{- $name := index . 1 -}}
app.kubernetes.io/name: portico
app.kubernetes.io/instance: {{ $root.Release.Name }}
{{- with $name }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end }}

{{- define "portico.labels" -}}
{{ include "portico.selector" . }}
app.kubernetes.io/version: {{ (index . 0).Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ (index . 0).Release.Service }}
helm.sh/chart: {{ printf "%s-%s" (index . 0).Chart.Name (index . 0).Chart.Version }}
{{- end }}

{{/* api, worker or portal, as the names of docker-compose.yml tell. */}}
{{- define "portico.kind" -}}
{{- if hasSuffix "-worker" . }}worker{{ else if eq . "portal" }}portal{{ else }}api{{ end }}
{{- end }}

{{- define "portico.postgresql" -}}
{{ required "postgresql.host: where PostgreSQL answers" .Values.postgresql.host }}:{{ .Values.postgresql.port }}
{{- end }}

{{- define "portico.rabbitmq" -}}
{{ required "rabbitmq.host: where RabbitMQ answers" .Values.rabbitmq.host }}:{{ .Values.rabbitmq.port }}
{{- end }}

{{- define "portico.rabbitmqManagement" -}}
http://{{ .Values.rabbitmq.host }}:{{ .Values.rabbitmq.managementPort }}
{{- end }}

{{/* What compose hands through from .env: (list . "NAME"). */}}
{{- define "portico.setting" }}
{{- $name := index . 1 }}
{{- with index (index . 0).Values.settings $name }}
- name: {{ $name }}
  value: {{ . | toString | quote }}
{{- end }}
{{- end }}

{{- define "portico.partitions" }}
{{- $name := index . 1 }}
{{- with index (index . 0).Values.partitions (index . 2) }}
- name: {{ $name }}
  value: {{ . | toJson | quote }}
{{- end }}
{{- end }}

{{- define "portico.secret" }}
- name: {{ index . 1 }}
  valueFrom:
    secretKeyRef:
      name: {{ required "secrets.existingSecret: the Secret with the keys of .env" (index . 0).Values.secrets.existingSecret }}
      key: {{ index . 1 }}
{{- end }}

{{- define "portico.optionalSecret" }}
{{- include "portico.secret" . }}
      optional: true
{{- end }}
