{{/* The parts that the pods of processes, jobs and commands have in common. */}}

{{- define "portico.podSettings" -}}
automountServiceAccountToken: false
{{/* Variables of the cluster's Services would be read as settings: PORTICO_METRICS_PORT is one of both. */ -}}
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: {type: RuntimeDefault}
{{- with .Values.image.pullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "portico.containerSettings" -}}
image: "{{ required "image.repository: where the cluster finds the image" .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
imagePullPolicy: {{ .Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: {drop: [ALL]}
{{- end }}

{{/* The Services whose API and worker share a folder of files: (list . "billing-worker"). */}}
{{- define "portico.filesOf" -}}
{{- $service := trimSuffix "-worker" (index . 1) -}}
{{- if hasKey (index . 0).Values.files $service }}{{ $service }}{{ end -}}
{{- end }}

{{- define "portico.claim" -}}
{{- $files := index (index . 0).Values.files (index . 1) -}}
{{ $files.existingClaim | default (printf "%s-%s-files" (include "portico.fullname" (index . 0)) (index . 1)) }}
{{- end }}

{{- define "portico.extraEnvironment" }}
{{- range $name, $value := . }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end }}
{{- end }}
